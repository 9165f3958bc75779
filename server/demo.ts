// The demo of an installation that has no data yet. Made aside by a process of its own and moved into place whole, so
// that an interrupted start leaves nothing half made.
import { spawn } from 'node:child_process'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { childVariables, environment } from '@/lib/platform/environment'
import { ProblemError } from '@/lib/platform/errors'
import { childEntry } from '@/lib/inference/child'

const PARTS = ['artifacts', 'batch', 'flightdeck.sqlite']

export async function ensureDemo(): Promise<void> {
  const { isDemo, dataDirectory, databaseUrl } = environment()
  if (!isDemo || databaseUrl !== undefined || existsSync(join(dataDirectory, 'flightdeck.sqlite'))) return
  const aside = join(dataDirectory, '.seeding')
  rmSync(aside, { recursive: true, force: true })
  console.log('  Making the demo: three businesses, 90 days of history (about a minute, once)')
  await seed(aside)
  for (const part of PARTS) {
    rmSync(join(dataDirectory, part), { recursive: true, force: true })
    renameSync(join(aside, part), join(dataDirectory, part))
  }
  rmSync(aside, { recursive: true, force: true })
}

function seed(directory: string): Promise<void> {
  const { file, execArgv } = childEntry('seed')
  const child = spawn(process.execPath, [...execArgv, file], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: childVariables({ FLIGHTDECK_DATA_DIR: directory }),
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new ProblemError('internal', `The demo could not be made (${signal ?? `exit ${code}`}). Set FLIGHTDECK_DEMO=0 to start empty.`))
    })
  })
}
