// The nightly batch job of a story, through the product's own commands; here in this process, not in a second one.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Principal } from '@/lib/access/contract'
import { createBatchSchedule, runBatchJob } from '@/lib/batch/commands'
import { beginDueJobs, nextBatchJob, sendBatchDeliveries } from '@/lib/batch/jobs'
import { environment } from '@/lib/platform/environment'
import { csvText } from '../csv-text'
import type { Act } from './story'

export async function planBatch(actor: Principal, model: string, { name, pattern, file, rows, subject }: Extract<Act, { kind: 'plan-batch' }>): Promise<void> {
  const folder = environment().batchDirectory
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, file), csvText(rows))
  const fields = Object.keys(rows[0] ?? {}).filter((column) => column !== subject)
  await createBatchSchedule(actor, {
    model,
    name,
    pattern,
    source: { kind: 'folder', path: file, format: 'csv' },
    mapping: { fields: Object.fromEntries(fields.map((field) => [field, field])), subject, keep: [subject] },
    options: { output: { kind: 'file', format: 'csv' }, reasons: 2 },
    delivery: { kind: 'folder', path: 'results' },
  })
}

export async function doBatch(): Promise<void> {
  await beginDueJobs()
  const { signal } = new AbortController()
  for (let id = await nextBatchJob(); id !== null; id = await nextBatchJob()) await runBatchJob(id, { signal, threads: 0 })
  await sendBatchDeliveries()
}
