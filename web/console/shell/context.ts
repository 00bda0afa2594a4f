import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { ConsoleApi } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import type { Language, Texts } from '../texts/index.ts'
import type { Formats } from './format.ts'

/** What every part of the console needs. */
export interface Console {
  api: ConsoleApi
  session: Session
  texts: Texts
  formats: Formats
  language: Language
  /** Says in a line that stays a while, to screen readers too, what has happened. */
  notify(message: string): void
  /** Takes the session as the server has answered it. */
  onSession(session: Session): void
  chooseLanguage(language: Language): void
}

export const ConsoleContext = createContext<Console | null>(null)

export function useConsole(): Console {
  const value = useContext(ConsoleContext)
  if (!value) throw new Error('The console is used outside of its frame.')
  return value
}
