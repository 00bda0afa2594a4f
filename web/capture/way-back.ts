import { useEffect } from 'preact/hooks'
import type { CaptureApi } from './api.ts'
import type { Screen } from './screen.ts'
import type { OpenSession } from './visit.ts'

/**
 * The way back to the page that sent the person here. It is signed when it is read, and holds for a few minutes: read again
 * when the person leaves, since nobody knows how long they stay at the last screen.
 * @returns takes the person there; null: nowhere, or not yet
 */
export function useWayBack(
  api: CaptureApi,
  screen: Screen,
  opened: OpenSession | null,
  setOpened: (opened: OpenSession) => void,
): (() => Promise<void>) | null {
  useEffect(() => {
    if (screen !== 'expired' || !opened || opened.session.returnUrl !== null) return
    // There is one only once the time is over.
    api
      .readSession(opened.key)
      .then((session) => setOpened({ key: opened.key, session }))
      .catch(() => undefined)
  }, [screen])

  const known = opened?.session.returnUrl
  if (!opened || !known) return null
  return async () => {
    const { returnUrl } = await api.readSession(opened.key).catch(() => opened.session)
    location.assign(returnUrl ?? known)
  }
}
