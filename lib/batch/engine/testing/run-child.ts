// A batch in a process of its own, that a test may kill at any moment: goes on from the state that it keeps in its
// directory, as a job does with its row. Arguments: source, directory, kind of output.
import { existsSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Profile } from '@/lib/math/profile'
import type { BatchCheckpoint } from '../../contract'
import { runBatch } from '../run-batch'
import { loadExample, runOf } from './example'

export interface KeptState {
  checkpoint: BatchCheckpoint
  rows: number
  ids: string[]
  /** Base64. */
  profile: string
}

const [, , sourcePath = '', directory = '', output = 'csv'] = process.argv
const statePath = join(directory, 'state.json')

async function keep(state: KeptState): Promise<void> {
  const file = await open(`${statePath}.part`, 'w')
  await file.writeFile(JSON.stringify(state))
  await file.sync()
  await file.close()
  await rename(`${statePath}.part`, statePath)
}

const example = await loadExample('credit-union')
let state: KeptState | null = existsSync(statePath) ? (JSON.parse(readFileSync(statePath, 'utf8')) as KeptState) : null
const run = runOf(example, { kind: 'file', path: sourcePath, format: 'csv' }, {
  directory,
  output: output === 'table' ? { kind: 'table', address: join(directory, 'results.sqlite'), table: 'results' } : { kind: 'file', format: output === 'parquet' ? 'parquet' : 'csv' },
  mapping: { fields: example.mapping, subject: 'id', keep: ['id'] },
  isLogged: true,
  from: state?.checkpoint ?? null,
  async onCheckpoint(checkpoint, added) {
    const profile = state ? Profile.decode(added.shape, Buffer.from(state.profile, 'base64')) : new Profile(added.shape)
    profile.merge(added.profile)
    state = {
      checkpoint,
      rows: (state?.rows ?? 0) + added.rows,
      ids: [...(state?.ids ?? []), ...added.logged.map(({ id }) => id)],
      profile: Buffer.from(profile.encode()).toString('base64'),
    }
    await keep(state)
    process.send?.('checkpoint')
  },
})
process.send?.('checkpoint')
await runBatch(run)
process.send?.('ended')
