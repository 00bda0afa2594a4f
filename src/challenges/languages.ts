/** The languages of the capture page, which has the texts of each. */
export const captureLanguages = ['en', 'hi'] as const
export type CaptureLanguage = (typeof captureLanguages)[number]
