import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { LanguageChoice } from '../../shared/language-choice.tsx'
import { Account } from '../access/account.tsx'
import { Keys } from '../access/keys.tsx'
import { Users } from '../access/users.tsx'
import { WebhookDestinations } from '../access/webhook-destinations.tsx'
import { Cases } from '../cases/cases.tsx'
import { Audit } from '../operation/audit.tsx'
import { Overview } from '../operation/overview.tsx'
import { Settings } from '../operation/settings.tsx'
import { People } from '../people/people.tsx'
import { languages } from '../texts/index.ts'
import { useConsole } from './context.ts'
import { hrefOf, type PageName, pagesOf, parseRoute, type Route } from './route.ts'

const views: Record<PageName, ComponentType<{ route: Route }>> = {
  cases: Cases,
  people: People,
  overview: Overview,
  keys: Keys,
  webhooks: WebhookDestinations,
  audit: Audit,
  settings: Settings,
  users: Users,
  account: Account,
}

/** The menu around the page that the address names. */
export function Frame({ notice, onSignOut }: { notice: string; onSignOut: () => void }) {
  const { session, texts, language, chooseLanguage } = useConsole()
  const [route, setRoute] = useState(() => parseRoute(location.hash))
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])

  const pages = pagesOf(session.user.role)
  const page = pages.includes(route.page) ? route.page : 'cases'
  const View = views[page]
  useEffect(() => {
    document.title = `${texts.pages[page]} · ${texts.title}`
    // On a narrow screen the menu is wider than the page.
    document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [page, texts])

  return (
    <>
      {/* Not a link to a fragment: those name pages. */}
      <button type="button" class="skip" onClick={() => document.querySelector<HTMLElement>('h1')?.focus()}>
        {texts.skip}
      </button>
      <header class="bar">
        <a class="brand" href={hrefOf('cases')}>
          Liveface
        </a>
        <nav aria-label={texts.menu}>
          <ul>
            {pages.map((name) => (
              <li key={name}>
                <a href={hrefOf(name)} {...(name === page ? { 'aria-current': 'page' as const } : {})}>
                  {texts.pages[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="who">
          <span>
            {session.user.name} · {texts.roles[session.user.role]}
          </span>
          <LanguageChoice
            label={texts.language}
            languages={languages}
            language={language}
            onChange={chooseLanguage}
          />
          <button type="button" class="small" onClick={onSignOut}>
            {texts.signIn.signOut}
          </button>
        </div>
      </header>
      <main data-screen={page}>
        <View route={route} />
      </main>
      <p class="toast" role="status">
        {notice}
      </p>
    </>
  )
}
