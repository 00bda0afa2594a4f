/** Ways to the OpenID Connect provider and back: the browser leaves the console, and comes back to where it was. */

const startPath = '/console/api/openid/start'
const placeKey = 'liveface-console-place'

/** @param confirm the person who is signed in signs in there once more */
export function goToProvider(confirm = false): void {
  sessionStorage.setItem(placeKey, location.hash)
  location.assign(confirm ? `${startPath}?confirm=true` : startPath)
}

export function signOutOfProvider(): void {
  location.assign('/console/api/openid/sign-out')
}

/**
 * Goes back to where the browser was when it left.
 * @returns code of what was refused on the way; null: nothing
 */
export function comeBackFromProvider(): string | null {
  const code = new URLSearchParams(location.search).get('openid')
  const place = sessionStorage.getItem(placeKey)
  sessionStorage.removeItem(placeKey)
  if (code === null && !place) return null
  history.replaceState(null, '', `${location.pathname}${place || location.hash}`)
  return code
}
