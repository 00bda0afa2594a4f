import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Path of a Chromium: CHROMIUM_PATH, or where distributions put it. Null when there is none; suites then skip. */
export function chromiumPath(): string | null {
  const path = process.env.CHROMIUM_PATH ?? places.find((place) => existsSync(place))
  if (path) return path
  console.warn(
    'Skipping the browser tests: no Chromium. `npm run test:install` installs it on Debian; or set CHROMIUM_PATH.',
  )
  return null
}

/**
 * A browser without a window.
 * @param film MJPEG that plays in place of the camera, over and over; absent: there is no camera
 * @param drawn how many cameras of the browser's own there are in place of a film
 */
export function launchBrowser(executablePath: string, film?: string, drawn = 0): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      // Containers run as root and have a tiny /dev/shm.
      '--no-sandbox',
      '--disable-dev-shm-usage',
      ...(drawn > 0 ? [`--use-fake-device-for-media-stream=device-count=${drawn}`] : []),
      ...(film ? ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`] : []),
    ],
  })
}

/** Builds the pages when that was not done yet, as when a single test file is run. */
export function buildPages(): void {
  if (existsSync('dist/web/capture/element.js')) return
  const { status } = spawnSync(process.execPath, [
    'node_modules/vite/bin/vite.js',
    'build',
    'web',
    '--logLevel',
    'warn',
  ])
  if (status !== 0) throw new Error('The pages could not be built.')
}
