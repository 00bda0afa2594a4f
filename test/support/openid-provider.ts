/** A real OpenID Connect provider (oidc-provider) on loopback, whose ID tokens can be forged on their way. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { freePort } from './free-port.ts'

/** What is used of the package, which brings no types. */
interface ProviderServer {
  callback(): RequestListener
  use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void
  Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> }
}
interface Context {
  path: string
  body: { id_token?: string } & Record<string, unknown>
  oidc: { session: { accountId: string }; client: { clientId: string } }
}

const { Provider } = createRequire(import.meta.url)('oidc-provider') as {
  Provider: new (issuer: string, configuration: object) => ProviderServer
}

export interface TestPerson {
  email: string
  name: string
  groups: string[]
  email_verified?: boolean
}

interface Token {
  header: Record<string, unknown>
  claims: Record<string, unknown>
}

export interface TestProvider {
  /** Of a Liveface whose people sign in here: `leads` are administrators, `officers` review cases of `client-a`. */
  settings: Record<string, string>
  /** By what they type as login; any password is right. */
  people: Map<string, TestPerson>
  /** Changes what tokens say. @returns the header and claims to sign with the provider's key, or another */
  forge: ((token: Token) => Token & { key?: KeyObject | null }) | null
  /** The server that asks it, once its address is known. */
  expect(consoleUrl: string): Promise<void>
  goAway(): Promise<void>
  comeBack(): Promise<void>
  stop(): Promise<void>
}

const clientId = 'liveface-console'
const clientSecret = 'a-secret-of-the-console'

/** Its host is a name, so that a browser takes it for another site than the server at an IP address. */
export async function startOpenIdProvider(): Promise<TestProvider> {
  const port = await freePort()
  const issuer = `http://localhost:${port}`
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'test', alg: 'RS256', use: 'sig' }
  const people = new Map<string, TestPerson>()
  let listener: RequestListener = (_request, response) => response.writeHead(503).end()
  let server: Server | null = null

  const provider: TestProvider = {
    people,
    forge: null,
    settings: {
      LIVEFACE_OIDC_ISSUER: issuer,
      LIVEFACE_OIDC_CLIENT_ID: clientId,
      LIVEFACE_OIDC_CLIENT_SECRET: clientSecret,
      LIVEFACE_OIDC_ROLES: 'leads=administrator,officers=reviewer:client-a',
      LIVEFACE_OIDC_ALLOW_PRIVATE: 'true',
      // A slow machine makes keys and signatures of both sides in one process.
      LIVEFACE_FETCH_TIMEOUT_MS: '60000',
    },
    async expect(consoleUrl) {
      const made = new Provider(issuer, {
        clients: [
          {
            client_id: clientId,
            client_secret: clientSecret,
            redirect_uris: [`${consoleUrl}/api/openid/callback`],
            post_logout_redirect_uris: [consoleUrl],
          },
        ],
        jwks: { keys: [jwk] },
        cookies: { keys: ['test'] },
        claims: { email: ['email', 'email_verified'], profile: ['name', 'groups'] },
        ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
        // In the ID token, where nothing else is asked for them.
        conformIdTokenClaims: false,
        findAccount: (_context: unknown, login: string) => ({
          accountId: login,
          claims: () => ({ sub: login, ...people.get(login) }),
        }),
        // Nobody is asked whether the console may know them.
        async loadExistingGrant({ oidc }: Context) {
          const grant = new made.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId })
          grant.addOIDCScope('openid email profile')
          await grant.save()
          return grant
        },
      })
      made.use(async (context, next) => {
        await next()
        const token = context.path === '/token' ? context.body.id_token : undefined
        if (!token || !provider.forge) return
        const [header, claims] = token
          .split('.')
          .slice(0, 2)
          .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
        const { key = createPrivateKey({ key: jwk, format: 'jwk' }), ...forged } = provider.forge({
          header,
          claims,
        })
        context.body.id_token = toToken(forged, key)
      })
      listener = made.callback()
    },
    async goAway() {
      server?.closeAllConnections()
      await new Promise((done) => (server ? server.close(done) : done(undefined)))
      server = null
    },
    async comeBack() {
      const opened = createServer((request, response) => listener(request, response))
      await new Promise<void>((listening) => opened.listen(port, '127.0.0.1', listening))
      server = opened
    },
    stop: () => provider.goAway(),
  }
  await provider.comeBack()
  return provider
}

function toToken({ header, claims }: Token, key: KeyObject | null): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${key ? sign('sha256', Buffer.from(signed), key).toString('base64url') : ''}`
}
