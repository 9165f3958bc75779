import { createReadStream, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { BUNDLE_FILES, type BundleManifest } from '@/lib/edge/contract'
import type { IngestResult } from '@/lib/serving/contract'
import { EXIT, UsageError, type Command } from './command'
import { calledPath } from './local'
import { SERVER_OPTIONS, serverOf, type Server } from './server'

const ROWS_A_CALL = 2000
const BYTES_A_CALL = 4 * 1024 * 1024
const MOST_TOLD = 20
/** As server/edge writes them. */
const SPOOL_FOLDER = 'spool'
const SPOOL_FILE = /^rows-\d{8}\.jsonl$/

interface Tally {
  rows: number
  accepted: number
  repeated: number
  rejected: { file: string; line: number; code: string; message: string }[]
  /** Lines whose end is missing: they were never answered. */
  unfinished: number
}

export const uploadSpool: Command = {
  name: 'upload-spool',
  arguments: ['DIR'],
  summary: 'Bring home what a server at the edge predicted.',
  options: {
    bundle: { type: 'string', value: 'DIR', help: 'The bundle that made the rows.' },
    remove: { type: 'boolean', help: 'Remove files that were taken whole. The newest stays: it may be in use.' },
    ...SERVER_OPTIONS,
  },
  details: 'DIR is the data directory of that server. Rows count once, however often they are brought. The token needs the scope ingest.',
  run: async (call) => {
    const [given = ''] = call.arguments
    const manifest = manifestOf(calledPath(call.required('bundle')), call.required('bundle'))
    const folder = join(calledPath(given), SPOOL_FOLDER, manifest.id)
    if (!existsSync(folder)) throw new UsageError(`${given} has no rows of the bundle ${manifest.id}.`)
    const server = serverOf(call)
    const files = readdirSync(folder).filter((name) => SPOOL_FILE.test(name)).sort()
    const tally: Tally = { rows: 0, accepted: 0, repeated: 0, rejected: [], unfinished: 0 }
    let removed = 0
    for (const file of files) {
      const before = tally.rejected.length
      await uploadFile(server, manifest, folder, file, tally)
      if (!call.flag('remove') || file === files.at(-1) || tally.rejected.length > before) continue
      rmSync(join(folder, file))
      removed += 1
    }
    const { rows, accepted, repeated, rejected, unfinished } = tally
    const lines = rejected.slice(0, MOST_TOLD).map(({ file, line, code, message }) => `  ${file}:${line} ${code}: ${message}`)
    const text = [
      `Brought ${rows} rows of ${manifest.model.slug} v${manifest.version.number}: ${accepted} are new, ${repeated} were there, ${rejected.length} were rejected.`,
      ...lines,
      ...(rejected.length > lines.length ? [`  and ${rejected.length - lines.length} more`] : []),
      ...(unfinished > 0 ? [`${unfinished} lines end in their middle: the server stopped before it answered them.`] : []),
    ]
    return { json: { bundle: manifest.id, rows, accepted, repeated, rejected, unfinished, files: files.length, removed }, text: text.join('\n'), exitCode: rejected.length > 0 ? EXIT.refused : EXIT.ok }
  },
}

async function uploadFile(server: Server, manifest: BundleManifest, folder: string, file: string, tally: Tally): Promise<void> {
  let rows: unknown[] = []
  let numbers: number[] = []
  let bytes = 0
  const send = async () => {
    if (rows.length === 0) return
    const { accepted, repeated, rejected } = await server.post<IngestResult>('/api/ingest/spool', { origin: originOf(manifest), rows })
    tally.accepted += accepted
    tally.repeated += repeated
    for (const { index, code, message } of rejected) tally.rejected.push({ file, line: numbers[index] ?? 0, code, message })
    tally.rows += rows.length
    rows = []
    numbers = []
    bytes = 0
  }
  let number = 0
  for await (const line of createInterface({ input: createReadStream(join(folder, file)), crlfDelay: Infinity })) {
    number += 1
    if (line.trim() === '') continue
    const row = readLine(line)
    if (row === null) {
      tally.unfinished += 1
      continue
    }
    rows.push(row)
    numbers.push(number)
    bytes += Buffer.byteLength(line)
    if (rows.length >= ROWS_A_CALL || bytes >= BYTES_A_CALL) await send()
  }
  await send()
}

function originOf({ id, model, environment, version, release }: BundleManifest): Record<string, string> {
  return { bundle: id, model: model.slug, environment, version: version.id, release: release.id }
}

function readLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return null
  }
}

function manifestOf(folder: string, shown: string): BundleManifest {
  try {
    return JSON.parse(readFileSync(join(folder, BUNDLE_FILES.manifest), 'utf8')) as BundleManifest
  } catch (cause) {
    throw new UsageError(`${shown} is no bundle: its ${BUNDLE_FILES.manifest} cannot be read (${(cause as NodeJS.ErrnoException).code ?? (cause as Error).message}).`)
  }
}
