// A Postgres server of a test's own, where its programs are on the path.
import { spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const hasPostgres = ['initdb', 'pg_ctl'].every((program) => spawnSync(program, ['--version']).status === 0)

/** Postgres does not run as root. */
const NOBODY = 65_534

export async function startPostgres(): Promise<{ address: string; stop(): void }> {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-postgres-'))
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(directory, NOBODY, NOBODY)
  const port = await freePort()
  const cluster = join(directory, 'cluster')
  const run = (program: string, ...args: string[]) => {
    const { status, stderr } = spawnSync(program, args, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) })
    if (status !== 0) throw new Error(`${program}: ${stderr}`)
  }
  run('initdb', '-D', cluster, '-U', 'batch', '--auth=trust', '--no-sync', '-E', 'UTF8')
  run('pg_ctl', '-D', cluster, '-w', '-l', join(directory, 'log'), '-o', `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`, 'start')
  return {
    address: `postgres://batch@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', '-D', cluster, '-m', 'immediate', 'stop')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
