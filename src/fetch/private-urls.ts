/** What decides whether URLs may point inside. */
export interface PrivateUrlSettings {
  LIVEFACE_ALLOW_PRIVATE_URLS: boolean
  LIVEFACE_PRODUCTION: boolean
}

/** May the URLs of pictures and webhooks point to loopback and private addresses? Never in production mode. */
export function allowsPrivateUrls(settings: PrivateUrlSettings): boolean {
  return settings.LIVEFACE_ALLOW_PRIVATE_URLS && !settings.LIVEFACE_PRODUCTION
}
