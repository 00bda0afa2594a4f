/** A browser without pages: keeps cookies by host and goes where it is sent. */
export class CookieJar {
  readonly #cookies = new Map<string, Map<string, string>>()

  cookies(url: string): Map<string, string> {
    const { host } = new URL(url)
    const own = this.#cookies.get(host) ?? new Map<string, string>()
    this.#cookies.set(host, own)
    return own
  }

  /** Asks once, and follows nothing. */
  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const own = this.cookies(url)
    const headers = new Headers(init.headers)
    headers.set('cookie', [...own].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) own.delete(name)
      else own.set(name, value)
    }
    return response
  }
}
