// npm start: installs, builds, prepares the data and serves. Each part is skipped when it is already done.
import { ensureBuilt, ensureInstalled, fail, requireNode, root } from './steps.mjs'

requireNode()
process.chdir(root)
try {
  await ensureInstalled()
  await ensureBuilt()
} catch (error) {
  fail(`Flightdeck could not be prepared. ${error.message}`)
}
process.env.NODE_ENV ??= 'production'
process.env.NEXT_TELEMETRY_DISABLED = '1'
// In this same process, so that a signal to `npm start` reaches the server itself.
await import('../dist/server/main.js')
