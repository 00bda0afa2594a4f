import { type CaptureApi, CaptureApiError, type SessionView } from './api.ts'

export interface OpenSession {
  key: string
  session: SessionView
}

/** One page's visit to one link, which opens only once: the key that it gave is kept here, and survives a reload of the tab. */
export interface Visit {
  /** The session that this visit, or the tab before a reload, has opened; null: none. @throws CaptureApiError */
  resume(): Promise<OpenSession | null>
  /**
   * Opens the link, or goes on with what was opened.
   * @param consent as CaptureApi.openLink takes it
   * @throws CaptureApiError
   */
  open(consent: string | null): Promise<OpenSession>
}

export function createVisit(api: CaptureApi, link: string): Visit {
  const storageName = `liveface/${link}`
  let key: string | null = null
  try {
    key = sessionStorage.getItem(storageName)
  } catch {
    // A page without storage loses its key with a reload, and nothing else.
  }

  async function resume(): Promise<OpenSession | null> {
    if (!key) return null
    try {
      return { key, session: await api.readSession(key) }
    } catch (error) {
      if (error instanceof CaptureApiError && error.code === 'key_unknown') return null
      throw error
    }
  }

  return {
    resume,
    async open(consent) {
      const known = await resume()
      if (known) return known
      const opened = await api.openLink(link, consent)
      key = opened.key
      try {
        sessionStorage.setItem(storageName, key)
      } catch {
        // As above.
      }
      return opened
    },
  }
}
