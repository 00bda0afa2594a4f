/** `npm run test:install`: the programs that tests drive, Chromium and nginx, as Debian's packages. It takes root and Debian. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** By package, where each is found. */
const programs = {
  chromium: [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ],
  'nginx-light': ['/usr/sbin/nginx', '/usr/local/sbin/nginx'],
}

const missing = []
for (const [name, places] of Object.entries(programs)) {
  const found = places.find((place) => place && existsSync(place))
  if (found) process.stdout.write(`There is ${name}: ${found}\n`)
  else missing.push(name)
}
if (missing.length > 0) {
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    apt('update')
    apt('install', '-y', '--no-install-recommends', ...missing)
  } else {
    process.stderr.write(
      `This takes root on Debian. Elsewhere install ${missing.join(' and ')} yourself, or set CHROMIUM_PATH.\n`,
    )
    process.exitCode = 1
  }
}

function apt(...args) {
  const { status } = spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}
