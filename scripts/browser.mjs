/** `npm run test:browser-install`: Chromium for the browser tests, as Debian's package. It takes root and Debian. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const found = process.env.CHROMIUM_PATH ?? places.find((place) => existsSync(place))
if (found) {
  process.stdout.write(`There is a Chromium: ${found}\n`)
} else if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  apt('update')
  apt('install', '-y', '--no-install-recommends', 'chromium')
} else {
  process.stderr.write(
    'This takes root on Debian. Elsewhere install Chromium yourself, or set CHROMIUM_PATH.\n',
  )
  process.exitCode = 1
}

function apt(...args) {
  const { status } = spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}
