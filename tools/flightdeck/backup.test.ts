import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Connection from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listTokens } from '@/lib/access/queries'
import { sha256 } from '@/lib/platform/crypto'
import type { Manifest } from './manifest'
import { makeInstallation, type Installation } from './testing'

const ARTIFACT = 'stands for a model file'
const HASH = sha256(ARTIFACT)

describe('npx flightdeck backup and restore', () => {
  let here: Installation
  const artifact = (directory: string) => join(directory, 'artifacts', HASH.slice(0, 2), HASH)
  const tokens = async () => {
    const db = await here.openDatabase()
    const found = await listTokens(db)
    await db.close()
    return found.map(({ name }) => name)
  }
  const addToken = (name: string) => here.run('token', 'create', '--name', name, '--role', 'viewer')

  beforeEach(async () => {
    here = await makeInstallation()
    mkdirSync(join(artifact(here.dataDirectory), '..'), { recursive: true })
    writeFileSync(artifact(here.dataDirectory), ARTIFACT, { mode: 0o440 })
    await addToken('first')
  })
  afterEach(() => here.remove())

  it('brings back what was there, keeps what it replaced, and says so in the chain', async () => {
    expect(await here.run('backup', 'copy')).toMatchObject({ exitCode: 0, err: '' })
    const copy = join(here.folder, 'copy')
    const manifest = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8')) as Manifest
    expect(manifest.files.map(({ path }) => path)).toEqual(['flightdeck.sqlite', `artifacts/${HASH.slice(0, 2)}/${HASH}`])
    for (const file of manifest.files) expect(sha256(readFileSync(join(copy, file.path)))).toBe(file.sha256)
    expect(statSync(copy).mode & 0o077).toBe(0)

    await addToken('second')
    chmodSync(artifact(here.dataDirectory), 0o640)
    writeFileSync(artifact(here.dataDirectory), 'altered')
    expect(await here.run('restore', 'copy')).toMatchObject({ exitCode: 1, err: expect.stringContaining('is not empty. Add --force') as string })
    expect(await tokens()).toEqual(['second', 'first'])

    const restored = await here.run('restore', 'copy', '--force', '--json')
    expect(restored.exitCode).toBe(0)
    expect(await tokens()).toEqual(['first'])
    expect(readFileSync(artifact(here.dataDirectory), 'utf8')).toBe(ARTIFACT)
    const { replaced } = restored.json<{ replaced: string }>()
    expect(readFileSync(artifact(replaced), 'utf8')).toBe('altered')
    const verified = (await here.run('verify', '--json')).json<{ isIntact: boolean; events: number }>()
    // The first token, and the restore itself.
    expect(verified).toMatchObject({ isIntact: true, events: 2 })
  })

  it('is for its owner’s eyes also in a directory that others may enter', async () => {
    const copy = join(here.folder, 'shared')
    mkdirSync(copy, { mode: 0o755 })
    expect(await here.run('backup', 'shared')).toMatchObject({ exitCode: 0, err: '' })
    for (const path of [join(copy, 'flightdeck.sqlite'), join(copy, 'manifest.json'), artifact(copy)]) expect(statSync(path).mode & 0o077, path).toBe(0)
  })

  it('copies one moment while a server writes', async () => {
    const db = await here.openDatabase()
    const writer = new Connection(join(here.dataDirectory, 'flightdeck.sqlite'))
    // What was committed then lies in the write-ahead log alone, where a copy of the file would miss it.
    writer.pragma('wal_autocheckpoint = 0')
    writer.exec('create table ticks (batch integer, part integer)')
    let isDone = false
    const write = async () => {
      for (let batch = 0; !isDone; batch += 1) {
        writer.transaction(() => {
          for (let part = 0; part < 10; part += 1) writer.prepare('insert into ticks values (?, ?)').run(batch, part)
        })()
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const writing = write()
    const ended = await here.run('backup', 'copy')
    isDone = true
    await writing
    writer.close()
    await db.close()
    expect(ended).toMatchObject({ exitCode: 0, err: '' })
    const copy = new Connection(join(here.folder, 'copy', 'flightdeck.sqlite'), { readonly: true })
    const torn = copy.prepare('select batch, count(*) as parts from ticks group by batch having parts <> 10').all()
    const [{ batches }] = copy.prepare('select count(distinct batch) as batches from ticks').all() as [{ batches: number }]
    copy.close()
    expect(torn).toEqual([])
    expect(batches).toBeGreaterThan(0)
  })

  it('refuses to restore under a process that has the database open', async () => {
    await here.run('backup', 'copy')
    const db = await here.openDatabase()
    const ended = await here.run('restore', 'copy', '--force')
    await db.close()
    expect(ended).toMatchObject({ exitCode: 1, err: expect.stringContaining('Stop the server') as string })
    expect(await here.run('restore', 'copy', '--force')).toMatchObject({ exitCode: 0 })
  })

  it('refuses a damaged backup and leaves the data as it was', async () => {
    await here.run('backup', 'copy')
    const database = readFileSync(join(here.dataDirectory, 'flightdeck.sqlite'))
    const damages: [(copy: string) => void, string][] = [
      [(copy) => writeFileSync(join(copy, 'flightdeck.sqlite'), 'x'), 'flightdeck.sqlite was altered'],
      [(copy) => rmSync(artifact(copy)), 'is missing'],
      [(copy) => rmSync(join(copy, 'manifest.json')), 'is not a finished backup'],
      [(copy) => replaceInManifest(copy, 'flightdeck.sqlite', '../data/flightdeck.sqlite'), 'not one that this Flightdeck can read'],
      [(copy) => replaceInManifest(copy, '0000_first_flight', '9999_later'), 'newer Flightdeck'],
    ]
    for (const [damage, message] of damages) {
      const damaged = join(here.folder, 'damaged')
      cpSync(join(here.folder, 'copy'), damaged, { recursive: true })
      damage(damaged)
      const ended = await here.run('restore', 'damaged', '--force')
      expect(ended.exitCode).toBe(1)
      expect(ended.err).toContain(message)
      expect(readFileSync(join(here.dataDirectory, 'flightdeck.sqlite')).equals(database)).toBe(true)
      expect(existsSync(artifact(here.dataDirectory))).toBe(true)
      rmSync(damaged, { recursive: true })
    }
  })

  it('restores into an empty directory without force', async () => {
    await here.run('backup', 'copy')
    rmSync(here.dataDirectory, { recursive: true })
    expect(await here.run('restore', 'copy')).toMatchObject({ exitCode: 0 })
    expect(await tokens()).toEqual(['first'])
  })

  it('makes no backup of a file that is not what its name says, nor over another backup', async () => {
    expect(await here.run('backup', 'data')).toMatchObject({ exitCode: 1, err: expect.stringContaining('is not empty') as string })
    chmodSync(artifact(here.dataDirectory), 0o640)
    writeFileSync(artifact(here.dataDirectory), 'altered')
    expect(await here.run('backup', 'copy')).toMatchObject({ exitCode: 1, err: expect.stringContaining('was altered on disk') as string })
    expect(existsSync(join(here.folder, 'copy', 'manifest.json'))).toBe(false)
  })
})

function replaceInManifest(copy: string, from: string, to: string): void {
  const path = join(copy, 'manifest.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
}
