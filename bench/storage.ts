// npm run bench -- storage [ROWS]: what a logged prediction of 20 fields with its explanation takes on disk, indexes and
// all, and how fast the log's transactions take them, beside a table that keeps the same as texts and JSON, as the log did
// before docs/decisions/0007, in the same run.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import Connection from 'better-sqlite3'
import { sql } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import type { Kit, Session } from '@/lib/database'
import { migrate } from '@/lib/database/migrate'
import { openSqlite } from '@/lib/database/sqlite'
import { openExactExplainer } from '@/lib/inference/exact-explainer'
import { openModel } from '@/lib/inference/session'
import { Random } from '@/lib/math/random'
import { newId } from '@/lib/platform/ids'
import { setOnce } from '@/lib/platform/once'
import { readStoredFile } from '@/lib/platform/storage'
import { registerVersion } from '@/lib/registry/commands'
import type { Version, VersionMetadata } from '@/lib/registry/contract'
import { readBackground } from '@/lib/registry/queries'
import { insertPredictions, type PredictionRecord } from '@/lib/serving/log'
import type { InputValue } from '@/lib/serving/rules'
import { inputsLayout, packInputs, unpackInputs } from '@/lib/serving/rules/packed-inputs'
import { encodeExplanation, topReasonOf } from '@/lib/serving/rules/served-explanation'

const ROWS = Number(process.argv[2] ?? 200_000)
const GROUP = 256
const CASES = 2000
const PACKINGS = 200_000
const PERSON = { kind: 'user', id: 'u-bench', name: 'Bench', role: 'operator' } satisfies Principal

type Case = Pick<PredictionRecord, 'inputs' | 'label' | 'score' | 'topReason'> & { explanation: Uint8Array }

const textTables = (kit: Kit) => ({
  texts: kit.table('predictions_as_texts', {
    id: kit.text('id').primaryKey(), at: kit.time('at').notNull(), modelId: kit.text('model_id').notNull(), versionId: kit.text('version_id').notNull(), releaseId: kit.text('release_id'),
    channel: kit.text('channel').notNull(), environment: kit.text('environment').notNull(), caller: kit.text('caller').notNull(), subject: kit.text('subject'), requestId: kit.text('request_id'), inputs: kit.text('inputs').notNull(),
    label: kit.text('label'), score: kit.real('score'), modelScore: kit.real('model_score'), extra: kit.text('extra'), guardrail: kit.text('guardrail'), latencyMicros: kit.integer('latency_micros').notNull(),
    explanation: kit.blob('explanation'), topReason: kit.text('top_reason'),
  }),
})

/** Not through the query builder: what creates the tables of the product are its migrations. */
async function createTextTable(tx: Session): Promise<void> {
  await tx.execute(sql`create table predictions_as_texts (id text primary key not null, at integer not null, model_id text not null, version_id text not null, release_id text, channel text not null, environment text not null,
    caller text not null, subject text, request_id text, inputs text not null, label text, score real, model_score real, extra text, guardrail text, latency_micros integer not null, explanation blob, top_reason text)`)
  await tx.execute(sql`create index texts_model on predictions_as_texts (model_id, at)`)
  await tx.execute(sql`create index texts_subject on predictions_as_texts (subject)`)
  await tx.execute(sql`create index texts_reason on predictions_as_texts (model_id, top_reason, at)`)
}

async function register(): Promise<Version> {
  const file = (name: string) => readFileSync(join(process.cwd(), 'examples/credit-union', name))
  const { version } = await registerVersion(PERSON, {
    artifact: file('v1.onnx'),
    metadata: JSON.parse(file('v1.json').toString()) as VersionMetadata,
    reference: { fileName: 'reference-v1.csv', content: file('reference-v1.csv') },
  })
  return version
}

/** Applications of the credit example: 7 numbers, 13 texts. */
async function applicationCases(version: Version): Promise<Case[]> {
  const random = new Random(7)
  const background = await readBackground(version)
  const artifact = await readStoredFile(version.artifactHash)
  const model = await openModel(artifact, version.signature)
  const explainer = openExactExplainer(artifact, version.signature, background)
  if (!explainer) throw new Error('the example is explained exactly')
  const { fields } = version.signature
  const rows = Array.from({ length: CASES }, () => Object.fromEntries(fields.map(({ name }) => [name, background[Math.floor(random.uniform() * background.length)]?.[name] ?? null])))
  const answers = await model.run(rows)
  await model.close()
  return rows.map((row, index): Case => {
    const explanation = explainer.explain(row, answers[index] ?? {})
    if (!explanation) throw new Error('a case was not explained')
    const top = topReasonOf(explanation.values)
    return { inputs: fields.map(({ name }) => (row[name] ?? null) as InputValue), label: String(answers[index]?.label), score: answers[index]?.score ?? null, explanation: encodeExplanation(explanation), topReason: top === null ? null : (fields[top]?.name ?? null) }
  })
}

/** The same answers, to 20 numbers of four decimals. */
async function numberCases(version: Version): Promise<Case[]> {
  const random = new Random(8)
  return (await applicationCases(version)).map((one) => ({ ...one, inputs: one.inputs.map(() => Number(random.normal().toFixed(4))) }))
}

function records(version: Version, cases: readonly Case[], first: number): PredictionRecord[] {
  const start = Date.parse('2026-06-01T00:00:00Z')
  return Array.from({ length: GROUP }, (_, index) => {
    const at = start + (first + index) * 1000
    const { explanation, ...made } = cases[(first + index) % CASES] as Case
    return { ...made, explanation, id: newId(at), at, modelId: version.modelId, versionId: version.id, releaseId: version.id, environment: 'production', caller: `token:${version.modelId}`, subject: `C-${first + index}`, latencyMicros: 812 }
  })
}

function bytesOf(file: string, tables: RegExp): Record<string, number> {
  const connection = new Connection(file, { readonly: true })
  const parts = connection.prepare('select name, sum(pgsize) as bytes from dbstat group by name').all() as { name: string; bytes: number }[]
  connection.close()
  return Object.fromEntries(parts.filter(({ name }) => tables.test(name)).map(({ name, bytes }) => [name, Number((bytes / ROWS).toFixed(1))]))
}

const total = (parts: Record<string, number>) => Number(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0).toFixed(1))

async function measure(name: string, casesOf: (version: Version) => Promise<Case[]>) {
  const logFile = join(directory, `${name}.sqlite`)
  const textFile = join(directory, `${name}-texts.sqlite`)
  const db = openSqlite(logFile)
  setOnce('database', Promise.resolve(db))
  await migrate(db)
  const version = await register()
  const cases = await casesOf(version)
  const textDb = openSqlite(textFile)
  await textDb.write(createTextTable)
  const log = new Meter()
  const texts = new Meter()
  // In turn, so that whatever else the machine does meets both.
  for (let first = 0; first < ROWS; first += GROUP) {
    const rows = records(version, cases, first)
    await log.measure(async () => (await db.write((tx) => insertPredictions(tx, rows)))())
    await texts.measure(() => textDb.write((tx) => tx.insertMany(tx.tables(textTables).texts, rows.map((row) => ({ ...row, channel: 'online', inputs: JSON.stringify(row.inputs), extra: null, guardrail: null })))))
  }
  await db.close()
  await textDb.close()
  const logBytes = bytesOf(logFile, /predictions(_model|_reason|_subject|_1)?$/)
  const textBytes = bytesOf(textFile, /texts/)
  return {
    log: { bytesPerRow: total(logBytes), limitBytes: 600, parts: logBytes, ...log.perRow() },
    texts: { bytesPerRow: total(textBytes), parts: textBytes, ...texts.perRow() },
    bytesTimesTexts: Number((total(logBytes) / total(textBytes)).toPrecision(3)),
    cpuTimesTexts: Number((log.cpuMicros / texts.cpuMicros).toPrecision(3)),
    packing: packing(version, cases),
  }
}

class Meter {
  cpuMicros = 0
  private wallMs = 0

  async measure(work: () => Promise<unknown>): Promise<void> {
    const startedAt = performance.now()
    const cpuBefore = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(cpuBefore)
    this.cpuMicros += user + system
    this.wallMs += performance.now() - startedAt
  }

  perRow() {
    return { rowsPerSecond: Math.round((ROWS / this.wallMs) * 1000), cpuMicrosARow: Number((this.cpuMicros / ROWS).toPrecision(3)) }
  }
}

/** Microseconds a row, and bytes. */
function packing(version: Version, cases: readonly Case[]) {
  const layout = inputsLayout(version.signature)
  const packed = cases.map(({ inputs }) => packInputs(layout, inputs))
  const jsons = cases.map(({ inputs }) => JSON.stringify(inputs))
  const timed = (work: (index: number) => unknown) => {
    for (let round = 0; round < PACKINGS; round++) work(round % CASES)
    const startedAt = performance.now()
    for (let round = 0; round < PACKINGS; round++) work(round % CASES)
    return Number((((performance.now() - startedAt) / PACKINGS) * 1000).toPrecision(3))
  }
  const mean = (lengths: number[]) => Number((lengths.reduce((sum, length) => sum + length, 0) / lengths.length).toFixed(1))
  return {
    packed: { bytes: mean(packed.map(({ length }) => length)), packMicros: timed((index) => packInputs(layout, cases[index]?.inputs ?? [])), unpackMicros: timed((index) => unpackInputs(layout, packed[index] as Uint8Array)) },
    json: { bytes: mean(jsons.map(({ length }) => length)), writeMicros: timed((index) => JSON.stringify(cases[index]?.inputs)), readMicros: timed((index) => JSON.parse(jsons[index] as string) as unknown) },
  }
}

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'))
process.env.FLIGHTDECK_DATA_DIR = directory
try {
  const loadBefore = loadavg()[0]
  const measured = { applications: await measure('applications', applicationCases), numbers: await measure('numbers', numberCases) }
  console.log(JSON.stringify({
    bench: 'storage', rows: ROWS, rowsACommit: GROUP,
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, loadBefore, loadAfter: loadavg()[0] },
    ...measured,
  }, null, 2))
} finally {
  rmSync(directory, { recursive: true, force: true })
}
