// npm start: installs, builds, prepares the data and serves. Each part is skipped when it is already done.
import { ensureBuilt, ensureInstalled, fail, requireNode, root } from './steps.mjs'
import { supervise } from './supervise.mjs'

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
// A crash starts it again; a signal to `npm start` is passed on.
supervise(root)
