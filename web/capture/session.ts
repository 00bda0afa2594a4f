import { type CaptureApi, CaptureApiError, type SessionView } from './api.ts'

export interface OpenSession {
  key: string
  session: SessionView
}

/** The key survives a reload of this tab, and nothing else: the link itself opens only once. */
const storageName = (link: string) => `liveface/${link}`

function storedKey(link: string): string | null {
  try {
    return sessionStorage.getItem(storageName(link))
  } catch {
    return null
  }
}

/** The session that this tab has opened before, if any. @throws CaptureApiError */
export async function resume(api: CaptureApi, link: string): Promise<OpenSession | null> {
  const key = storedKey(link)
  if (!key) return null
  try {
    return { key, session: await api.readSession(key) }
  } catch (error) {
    if (error instanceof CaptureApiError && error.code === 'key_unknown') return null
    throw error
  }
}

/** Opens the link, or goes on with what this tab had opened. @throws CaptureApiError */
export async function open(api: CaptureApi, link: string): Promise<OpenSession> {
  const known = await resume(api, link)
  if (known) return known
  const opened = await api.openLink(link)
  try {
    sessionStorage.setItem(storageName(link), opened.key)
  } catch {
    // Without storage only a reload is lost.
  }
  return opened
}
