import { useEffect } from 'preact/hooks'
import { directionOf, type Language } from '../shared/languages.ts'
import type { FlowOptions } from './flow.ts'
import { useLanguage } from './language.ts'
import { Message } from './screens.tsx'

/** In place of the capture where the page has named another server than its link's. Asks no server for anything. */
export function Refused({ wanted, emit }: Pick<FlowOptions, 'emit'> & { wanted: Language | null }) {
  const [spoken] = useLanguage(wanted)
  useEffect(() => {
    const report = () => emit('error', { code: 'server_refused', final: true })
    if (document.readyState === 'complete') return report()
    // Scripts further down in the page come to listen first.
    addEventListener('load', report, { once: true })
    return () => removeEventListener('load', report)
  }, [emit])

  if (!spoken) return <div class="page" part="page" aria-busy="true" />
  const { language, texts } = spoken
  return (
    <div class="page" part="page" lang={language} dir={directionOf(language)}>
      <Message name="used" sign="bad" {...texts.used} />
    </div>
  )
}
