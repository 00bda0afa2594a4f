/** The languages of the capture page, which has the texts of each. */
export const captureLanguages = ['en', 'hi', 'es', 'fr', 'pt', 'ar', 'bn', 'ta', 'te', 'mr', 'ur'] as const
export type CaptureLanguage = (typeof captureLanguages)[number]
