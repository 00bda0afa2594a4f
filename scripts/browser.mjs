/** Chromium for the browser tests: Debian's package when root may install it, else a word on how to get it. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export function installBrowser() {
  if (process.env.CHROMIUM_PATH || places.some((place) => existsSync(place))) return
  const isRootOnDebian = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (!isRootOnDebian) {
    process.stdout.write(
      'No Chromium: the browser tests will be skipped. Install the package `chromium` to run them.\n',
    )
    return
  }
  process.stdout.write('Installing Chromium for the browser tests...\n')
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  apt('update')
  apt('install', '-y', '--no-install-recommends', 'chromium')
}
