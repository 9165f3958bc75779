import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { BatchJob, NewBatchJob, UploadedFile } from '@/lib/batch/contract'
import { EXIT, UsageError, type Call, type Command, type Outcome } from './command'
import { calledPath } from './local'
import { SERVER_OPTIONS, serverOf, type Server } from './server'

const LOOK_EVERY_MS = 1000
const TELL_EVERY_MS = 5000

export const batch: Command = {
  name: 'batch',
  arguments: ['MODEL', 'FILE'],
  summary: 'Score a file of rows (CSV, Parquet, JSON lines) and fetch the answers.',
  options: {
    out: { type: 'string', value: 'FILE', help: 'Where the answers go: a .csv or .parquet file.' },
    rejected: { type: 'string', value: 'FILE', help: 'Where rejected rows go, each with its reason (default: beside --out; nothing where none was rejected).' },
    environment: { type: 'string', value: 'NAME', help: 'Whose released version answers (default: production).' },
    reasons: { type: 'string', value: 'N', help: 'The N largest reasons of each row, up to 5.' },
    keep: { type: 'string', value: 'COLUMNS', help: 'Columns that the answers repeat, separated by commas (default: those that no field is read from).' },
    subject: { type: 'string', value: 'COLUMN', help: 'Column with whom or what each row is about.' },
    log: { type: 'boolean', help: 'Keep every row in the prediction log.' },
    strict: { type: 'boolean', help: 'Exit code 1 where rows were rejected.' },
    ...SERVER_OPTIONS,
  },
  details: 'Columns are matched to fields by their names. The token needs the scope batch. Progress goes to standard error.',
  run: async (call) => {
    const [model = '', given = ''] = call.arguments
    const file = calledPath(given)
    if (!existsSync(file)) throw new UsageError(`There is no file ${given}.`)
    const out = calledPath(call.required('out'))
    const reasons = reasonsOf(call)
    const server = serverOf(call)
    const uploaded = await server.upload<UploadedFile>(`/api/batch/files?name=${encodeURIComponent(basename(file))}`, file)
    const job = await waitFor(server, await server.post<BatchJob>('/api/batch/jobs', await jobOf(server, call, { model, uploaded, out, reasons })))
    return fetchResults(server, call, job, out)
  },
}

async function jobOf(server: Server, call: Call, { model, uploaded: { hash, fileName, format }, out, reasons }: { model: string; uploaded: UploadedFile; out: string; reasons: number }): Promise<Record<string, unknown>> {
  const environment = call.text('environment') ?? 'production'
  const source: NewBatchJob['source'] = { kind: 'upload', hash, fileName, format }
  const subject = call.text('subject') ?? null
  const keep = call.text('keep')?.split(',').map((name) => name.trim()).filter((name) => name !== '')
  const { fit } = await server.post<{ fit: { mapping: { fields: Record<string, string>; keep: string[] } } | null }>('/api/batch/inspect', { source, model, environment })
  return {
    model,
    environment,
    source,
    mapping: { fields: fit?.mapping.fields ?? {}, subject, keep: keep ?? fit?.mapping.keep ?? [] },
    options: { output: { kind: 'file', format: /\.(parquet|pq)$/i.test(out) ? 'parquet' : 'csv' }, reasons, isLogged: call.flag('log') },
  }
}

function reasonsOf(call: Call): number {
  const given = call.text('reasons') ?? '0'
  if (!/^[0-5]$/.test(given)) throw new UsageError('--reasons takes a number from 0 to 5.')
  return Number(given)
}

async function waitFor(server: Server, begun: BatchJob): Promise<BatchJob> {
  let job = begun
  let toldAt = 0
  while (!['finished', 'failed', 'cancelled'].includes(job.status)) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    job = await server.get<BatchJob>(`/api/batch/jobs/${job.id}`)
    if (Date.now() - toldAt < TELL_EVERY_MS) continue
    toldAt = Date.now()
    const share = job.share === null ? '' : ` ${Math.round(job.share * 100)} %`
    process.stderr.write(`${job.status}${share}, ${job.checkpoint?.rowsRead ?? 0} rows\n`)
  }
  return job
}

async function fetchResults(server: Server, call: Call, job: BatchJob, out: string): Promise<Outcome> {
  const url = `${server.url}/batch/${job.id}`
  const rows = { read: job.checkpoint?.rowsRead ?? 0, scored: job.checkpoint?.rowsScored ?? 0, rejected: job.checkpoint?.rowsRejected ?? 0 }
  const json = { id: job.id, status: job.status, model: job.model.slug, version: job.version?.number ?? null, rows, url }
  if (job.status !== 'finished') return { json: { ...json, error: { code: `batch_${job.status}`, message: job.error ?? `The job was ${job.status}.` } }, text: `The job ${job.status === 'failed' ? `failed: ${job.error ?? ''}` : 'was cancelled.'}\n  ${url}`, exitCode: EXIT.refused }
  await server.download(`/api/batch/jobs/${job.id}/results`, out)
  const rejected = rows.rejected === 0 ? null : call.text('rejected') === undefined ? `${out.replace(/\.[A-Za-z0-9]+$/, '')}.rejected.csv` : calledPath(call.required('rejected'))
  if (rejected !== null) await server.download(`/api/batch/jobs/${job.id}/rejected`, rejected)
  const lines = [
    `Scored ${rows.scored} of ${rows.read} rows with version ${job.version?.number ?? '?'}: ${out}`,
    ...(rejected === null ? [] : [`Rejected ${rows.rejected}, each with its reason: ${rejected}`]),
    `  ${url}`,
  ]
  return { json: { ...json, out, rejected }, text: lines.join('\n'), exitCode: rejected !== null && call.flag('strict') ? EXIT.refused : EXIT.ok }
}
