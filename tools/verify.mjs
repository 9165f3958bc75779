// npm run verify: types, lint, import directions, unit tests. `--no-tests` leaves the tests to the caller.
import { ensureInstalled, requireNode, run, step } from './steps.mjs'

const node = (...args) => run(process.execPath, args, { isQuiet: true })

export const CHECKS = [
  ['Types', () => node('node_modules/ts7/bin/tsc', '-p', '.', '--noEmit')],
  ['Lint', () => node('node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.flightdeck/eslint')],
  ['Import directions', () => node('node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'app', 'components', 'lib', 'server', 'examples', 'drizzle')],
]

export async function verifyCode() {
  for (const [name, check] of CHECKS) await step(name, check)
}

if (process.argv[1]?.endsWith('verify.mjs')) {
  requireNode()
  await ensureInstalled()
  try {
    await verifyCode()
    await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'])
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
