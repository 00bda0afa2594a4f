/** `<liveface-capture capture-url="...">`: the capture of a challenge session, for any page. The hosted page is made of it. */
import { render } from 'preact'
import base from '../shared/base.css?inline'
import { isLanguage } from '../shared/languages.ts'
import { App } from './app.tsx'
import type { CaptureEvents, LivefaceCapture as Declared } from './liveface-capture.d.ts'
import { Refused } from './refused.tsx'
import style from './style.css?inline'

/** Servers that render pages import the element too, and have no such class. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement

export class LivefaceCapture extends Base implements Pick<Declared, 'captureUrl' | 'language' | 'server'> {
  static readonly observedAttributes = ['capture-url', 'language', 'server']

  get captureUrl(): string {
    return this.getAttribute('capture-url') ?? ''
  }

  set captureUrl(url: string) {
    this.setAttribute('capture-url', url)
  }

  get language(): string {
    return this.getAttribute('language') ?? ''
  }

  set language(code: string) {
    this.setAttribute('language', code)
  }

  get server(): string {
    return this.getAttribute('server') ?? ''
  }

  set server(url: string) {
    this.setAttribute('server', url)
  }

  connectedCallback(): void {
    this.#show()
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#show()
  }

  disconnectedCallback(): void {
    render(null, this.#root())
  }

  #show(): void {
    const { captureUrl, language, server } = this
    const named = captureUrl && placeOf(captureUrl)
    const isRefused = named && server !== '' && !isAt(named.server, server)
    const wanted = named ? ([language, named.language].find(isLanguage) ?? null) : null
    render(
      named && isRefused ? (
        <Refused key={`${server} ${captureUrl}`} wanted={wanted} emit={this.#emit} />
      ) : named ? (
        <App key={captureUrl} server={named.server} link={named.link} wanted={wanted} emit={this.#emit} />
      ) : null,
      this.#root(),
    )
  }

  /** The same one always, so that no effect that emits runs twice for it. */
  readonly #emit = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void => {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }

  #root(): ShadowRoot {
    return this.shadowRoot ?? withStyle(this.attachShadow({ mode: 'open' }))
  }
}

/** A sheet in place of a <style>, which a Content-Security-Policy without inline styles refuses. */
function withStyle(root: ShadowRoot): ShadowRoot {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(base + style)
  root.adoptedStyleSheets = [sheet]
  return root
}

/** Is it the server that the page has named? A slash at the end makes no difference. */
function isAt(server: string, named: string): boolean {
  return URL.canParse(named) && server === new URL(named).href.replace(/\/$/, '')
}

/** Where the server of a link is, without a slash at the end, the link itself, and the language that it asks for. */
function placeOf(captureUrl: string): { server: string; link: string; language: string } {
  const { origin, pathname, searchParams } = new URL(captureUrl, document.baseURI)
  const [, prefix = '', link = ''] = /^(.*)\/capture\/([\w-]+)\/?$/.exec(pathname) ?? []
  return { server: origin + prefix, link, language: searchParams.get('language') ?? '' }
}

if (globalThis.customElements && !customElements.get('liveface-capture'))
  customElements.define('liveface-capture', LivefaceCapture)
