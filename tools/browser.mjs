// A Chromium for the journeys: an installed one, else Playwright's own download, else Debian's package.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { run, step } from './steps.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

function installed() {
  if (process.env.FLIGHTDECK_BROWSER) return process.env.FLIGHTDECK_BROWSER
  for (const name of NAMES) {
    const found = spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim()
    if (found) return found
  }
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  return existsSync(mac) ? mac : null
}

/** The path of a browser, or null for the one that Playwright downloaded. */
export async function ensureBrowser() {
  const present = installed()
  if (present) return present
  try {
    await step('Downloading a browser for the journeys', () =>
      run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], { isQuiet: true }),
    )
    return null
  } catch {
    await step('Installing Debian’s Chromium', async () => {
      await run('apt-get', ['update'], { isQuiet: true })
      await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { isQuiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } })
    })
    return installed()
  }
}
