// npm run demo:traffic -- --rate 5 --minutes 30: live calls to a running Flightdeck with the demo, until the time is over
// or Ctrl-C. It makes a token on the local database for itself and revokes it at the end.
import { createToken, revokeToken } from '@/lib/access/commands'
import type { Principal } from '@/lib/access/contract'
import { closeDatabase, database } from '@/lib/database'
import { environment } from '@/lib/platform/environment'
import { now } from '@/lib/platform/clock'
import { findModel } from '@/lib/registry/queries'
import { liveCalls } from './live/calls'
import { readOptions, USAGE, type TrafficOptions } from './live/options'
import { runTraffic } from './live/traffic'

const COMMAND_LINE: Principal = { kind: 'system', id: 'cli', name: 'demo:traffic' }

async function main(options: TrafficOptions): Promise<void> {
  const url = environment().publicUrl.replace(/\/$/, '')
  await requireServer(url)
  if (!(await findModel(await database(), 'no-show-risk'))) {
    throw new RangeError('This installation has no demo, so there is nothing to play. Start Flightdeck without FLIGHTDECK_DEMO=0 on an empty data directory.')
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const { token, secret } = await createToken(COMMAND_LINE, { name: 'demo:traffic', scopes: ['predict', 'ingest'], expiresInDays: 1 })
  console.log(`${options.callsASecond} calls a second to ${url} for ${options.minutes} minutes. Ctrl-C stops.`)
  try {
    const totals = await runTraffic({ ...options, url, token: secret, calls: liveCalls(now()), signal: stop.signal, tell: console.log })
    console.log(`${totals.answered} calls answered, ${totals.failed} failed, ${totals.events} business events.`)
  } finally {
    await revokeToken(COMMAND_LINE, token.id)
    await closeDatabase()
  }
}

async function requireServer(url: string): Promise<void> {
  const response = await fetch(`${url}/health/ready`).catch(() => null)
  if (response?.ok) return
  throw new RangeError(`Flightdeck is not ready at ${url}. Start it with npm start, or set FLIGHTDECK_URL to its address.`)
}

/** null, with the reason and the usage told, where the arguments are wrong. */
function optionsOrNull(): TrafficOptions | null {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`)
    return null
  }
}

const options = optionsOrNull()
if (options === null) process.exitCode = 2
else {
  await main(options).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  })
}
