// npm run bench -- lookup-page [ROWS]: what a decision's page reads in a log of a million explained predictions: from a
// letter's reference to the decision, everything behind it, and like cases; beside reading one row by its id in the same run.
// What the page asks of the model (what if, smallest changes, a field, other versions) is timed on the same decisions.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '@/lib/access/contract'
import type { Database, Session } from '@/lib/database'
import { migrate } from '@/lib/database/migrate'
import { openSqlite } from '@/lib/database/sqlite'
import { askVersions, closeExplainer, findCounterfactuals, showDependence, whatIf } from '@/lib/explanations/commands'
import { referenceOf } from '@/lib/explanations/contract/lookup'
import { findDecision, listDecisions, similarDecisions } from '@/lib/explanations/queries'
import { openExactExplainer, type ExactExplainer } from '@/lib/inference/exact-explainer'
import { openModel } from '@/lib/inference/session'
import { Random } from '@/lib/math/random'
import { newId } from '@/lib/platform/ids'
import { setOnce } from '@/lib/platform/once'
import { readStoredFile } from '@/lib/platform/storage'
import { registerVersion } from '@/lib/registry/commands'
import type { Version, VersionMetadata } from '@/lib/registry/contract'
import { readBackground } from '@/lib/registry/queries'
import { requestPromotion } from '@/lib/releases/commands'
import { releaseInForce } from '@/lib/releases/queries'
import { insertPredictions } from '@/lib/serving/log'
import { encodeExplanation, topReasonOf } from '@/lib/serving/rules/served-explanation'
import { findPrediction } from '@/lib/serving/queries'

const ROWS = Number(process.argv[2] ?? 1_000_000)
const ROUNDS = 200
const MODEL_ROUNDS = 50
const BATCH = 5000
const STEP_MS = 20_000
const PERSON = { kind: 'user', id: 'u-bench', name: 'Bench', role: 'operator' } satisfies Principal
const READER = { maySeeSensitive: true }
/** Distinct cases; each row is one of them. */
const CASES = 5000

type Row = Record<string, string | number | boolean | null>

async function register(number: number): Promise<Version> {
  const file = (name: string) => readFileSync(join(process.cwd(), 'examples/credit-union', name))
  const { version } = await registerVersion(PERSON, {
    artifact: file(`v${number}.onnx`),
    metadata: JSON.parse(file(`v${number}.json`).toString()) as VersionMetadata,
    reference: { fileName: `reference-v${number}.csv`, content: file(`reference-v${number}.csv`) },
  })
  return version
}

/** Rows of the background mixed with each other, answered and explained. */
async function makeCases(version: Version, random: Random) {
  const background = await readBackground(version)
  const artifact = await readStoredFile(version.artifactHash)
  const model = await openModel(artifact, version.signature)
  const explainer = openExactExplainer(artifact, version.signature, background)
  if (!explainer) throw new Error('the example is explained exactly')
  const rows = Array.from({ length: CASES }, (): Row => Object.fromEntries(version.signature.fields.map(({ name }) => [name, background[Math.floor(random.uniform() * background.length)]?.[name] ?? null])))
  const answers = await model.run(rows)
  await model.close()
  return rows.map((row, index) => asCase(version, explainer, row, answers[index] ?? {}))
}

function asCase(version: Version, explainer: ExactExplainer, row: Row, answer: Parameters<ExactExplainer['explain']>[1]) {
  const explanation = explainer.explain(row, answer)
  if (!explanation) throw new Error('a case was not explained')
  const { fields } = version.signature
  const top = topReasonOf(explanation.values)
  return {
    inputs: fields.map(({ name }) => row[name] ?? null),
    label: String(answer.label),
    score: answer.score ?? null,
    explanation: encodeExplanation(explanation),
    topReason: top === null ? null : (fields[top]?.name ?? null),
  }
}

async function fill(db: Database, version: Version, releaseId: string, random: Random): Promise<string[]> {
  const cases = await makeCases(version, random)
  const start = Date.now() - ROWS * STEP_MS
  const ids: string[] = []
  const insert = async (tx: Session, first: number, last: number) => {
    const rows = Array.from({ length: last - first }, (_, index) => {
      const made = cases[Math.floor(random.uniform() * CASES)]
      if (!made) throw new Error('there are no cases')
      const at = start + (first + index) * STEP_MS
      const id = newId(at)
      ids.push(id)
      return {
        ...made, id, at, modelId: version.modelId, versionId: version.id, releaseId, environment: 'staging', caller: 'token:bench', subject: `C-${first + index}`,
        latencyMicros: 800,
      }
    })
    await insertPredictions(tx, rows)
  }
  for (let first = 0; first < ROWS; first += BATCH) await db.write((tx) => insert(tx, first, Math.min(ROWS, first + BATCH)))
  return ids
}

/** Milliseconds. */
async function timed(rounds: number, work: (round: number) => Promise<unknown>): Promise<{ p50Ms: number; p95Ms: number; slowestMs: number }> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now()
    await work(round)
    times.push(performance.now() - startedAt)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => Number((times[Math.min(rounds - 1, Math.floor(share * rounds))] ?? NaN).toPrecision(3))
  return { p50Ms: at(0.5), p95Ms: at(0.95), slowestMs: at(1) }
}

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'))
process.env.FLIGHTDECK_DATA_DIR = directory
const db = openSqlite(join(directory, 'flightdeck.sqlite'))
setOnce('database', Promise.resolve(db))
try {
  await migrate(db)
  const version = await register(1)
  await register(2)
  await requestPromotion(PERSON, { model: 'credit-risk', version: 1, environment: 'staging', reason: 'bench' })
  const release = await releaseInForce(db, version.modelId, 'staging')
  console.error(`writing ${ROWS} explained predictions …`)
  const random = new Random(7)
  const ids = await fill(db, version, release?.id ?? '', random)
  const loadBefore = loadavg()[0]
  // Anywhere but at the very beginning, where there is nothing earlier to compare with.
  const picked = Array.from({ length: ROUNDS }, () => ids[Math.floor(ROWS * (0.1 + 0.9 * random.uniform()))] ?? '')
  const id = (round: number) => picked[round % ROUNDS] ?? ''
  const byReference = (round: number) => listDecisions(db, { text: referenceOf(id(round)) }, READER)
  const found = await byReference(0)
  if (found.decisions.length !== 1) throw new Error('a reference finds its one decision')
  await whatIf(PERSON, id(0), { changes: {} })
  const page = await timed(ROUNDS, async (round) => {
    await Promise.all([findDecision(db, id(round), READER), similarDecisions(db, id(round), 'explanation')])
  })
  console.log(JSON.stringify({
    bench: 'lookup-page', rows: ROWS, fields: version.signature.fields.length, rounds: ROUNDS,
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, loadBefore, loadAfter: loadavg()[0] },
    oneRowById: await timed(ROUNDS, (round) => findPrediction(db, id(round))),
    page: { ...page, limitMs: 150 },
    parts: {
      byReference: await timed(ROUNDS, byReference),
      bySubject: await timed(ROUNDS, (round) => listDecisions(db, { text: `C-${ROWS - 1 - round}` }, READER)),
      byReason: await timed(ROUNDS, () => listDecisions(db, { model: 'credit-risk', reason: 'purpose' }, READER)),
      byDecision: await timed(ROUNDS, () => listDecisions(db, { model: 'credit-risk', decision: 'above' }, READER)),
      decision: await timed(ROUNDS, (round) => findDecision(db, id(round), READER)),
      similarByExplanation: { ...(await timed(ROUNDS, (round) => similarDecisions(db, id(round), 'explanation'))), limitMs: 100 },
      similarByInputs: { ...(await timed(ROUNDS, (round) => similarDecisions(db, id(round), 'inputs'))), limitMs: 100 },
    },
    asked: {
      whatIf: { ...(await timed(MODEL_ROUNDS, (round) => whatIf(PERSON, id(round), { changes: { credit_amount: 1000 + 50 * round } }))), limitMs: 100 },
      counterfactuals: { ...(await timed(MODEL_ROUNDS, (round) => findCounterfactuals(PERSON, id(round)))), limitMs: 1000 },
      dependence: await timed(MODEL_ROUNDS, (round) => showDependence(PERSON, id(round), 'credit_amount')),
      versions: await timed(MODEL_ROUNDS, (round) => askVersions(PERSON, id(round))),
    },
  }, null, 2))
} finally {
  await closeExplainer()
  await db.close()
  rmSync(directory, { recursive: true, force: true })
}
