// What the explanation engine costs, without server and runtime: seeded forests, and the example's credit pipeline.
import { readFileSync } from 'node:fs'
import Papa from 'papaparse'
import { buildTreeExplainer } from '@/lib/math/tree-shapley'
import { compileEncoder, type Row } from '@/lib/onnx/encode'
import { compileExplainable, type AdditiveModel, type Feeds } from '@/lib/onnx/explainable'
import { readModelFile } from '@/lib/onnx/model-file'
import { readSignature } from '@/lib/onnx/signature'
import { COLUMNS, EXPLAINED_ROWS, type Workload } from './workload'

export interface EngineResult {
  method: string
  reason: string
  p50Us: number
  p99Us: number
  /** One after another, in this thread. */
  rowsPerSecond: number
  buildMs: number
  tables: number
  tableMb: number
  heldMb: number
}

export interface ForestResult extends EngineResult {
  /** `explainRows` with all rows. */
  rowsPerSecondTogether: number
  /** Interaction values of one row. */
  interactionsP50Us: number
}

export function measureForest(work: Workload, seconds: number): ForestResult {
  const started = performance.now()
  const explainer = buildTreeExplainer(work.forest, work.background)
  const buildMs = performance.now() - started
  const out = new Float64Array(COLUMNS)
  const rows = Array.from({ length: EXPLAINED_ROWS }, (_, row) =>
    work.rows.subarray(row * COLUMNS, (row + 1) * COLUMNS),
  )
  const timing = time((turn) => explainer.explain(rows[turn % EXPLAINED_ROWS] as Float64Array, out), seconds)
  const description = described(explainer.describe())
  const all = new Float64Array(EXPLAINED_ROWS * COLUMNS)
  const together = time(() => explainer.explainRows(work.rows, all), seconds / 2)
  const pairs = new Float64Array(COLUMNS * COLUMNS)
  const interactions = time(
    (turn) => explainer.interactions(rows[turn % EXPLAINED_ROWS] as Float64Array, pairs),
    seconds / 2,
  )
  return {
    ...description,
    ...rated(timing),
    rowsPerSecondTogether: Math.round(together.perSecond * EXPLAINED_ROWS),
    interactionsP50Us: interactions.p50Us,
    buildMs: rounded(buildMs),
  }
}

/** Only how many rows a second: what several processes do at once. */
export function forestRowsPerSecond(work: Workload, seconds: number): number {
  return measureForest(work, seconds).rowsPerSecond
}

export interface PipelineResult extends EngineResult {
  /** Encoding a row's tensors into the trees' columns, part of the times above. */
  encodeP50Us: number
}

/** examples/credit-union, version 2: gaps filled, 13 categories one-hot, 150 trees of depth 3, 20 raw fields. */
export function measureCredit(backgroundRows: number, seconds: number): PipelineResult {
  const { model, feeds, count } = openCredit()
  const started = performance.now()
  const background = new Float64Array(backgroundRows * model.width)
  for (let row = 0; row < backgroundRows; row++) model.encode(feeds, row % count, background, row * model.width)
  const explainer = model.explainer(background)
  const buildMs = performance.now() - started
  const encoded = new Float64Array(model.width)
  const out = new Float64Array(model.players.length)
  const encoding = time((turn) => model.encode(feeds, turn % count, encoded), Math.min(1, seconds))
  const timing = time((turn) => {
    model.encode(feeds, turn % count, encoded)
    explainer.explain(encoded, out)
  }, seconds)
  const description = explainer.describe()
  if (description.method === 'closed form') throw new Error('the credit model has trees')
  return { ...described(description), ...rated(timing), buildMs: rounded(buildMs), encodeP50Us: encoding.p50Us }
}

function openCredit(): { model: AdditiveModel; feeds: Feeds; count: number } {
  const file = readModelFile(readFileSync('examples/credit-union/v2.onnx'))
  const signature = readSignature(file)
  const found = compileExplainable(file, signature)
  if ('reason' in found || found.kind === 'function') throw new Error('the credit model is not explained exactly')
  const text = readFileSync('examples/credit-union/reference-v2.csv', 'utf8')
  const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true })
  const isNumber = new Map(
    signature.fields.map((field) => [field.name, field.type === 'number' || field.type === 'integer']),
  )
  const rows: Row[] = data.map((record) =>
    Object.fromEntries(
      Object.entries(record).map(([name, value]) => [
        name,
        isNumber.get(name) ? (value === '' ? null : Number(value)) : value,
      ]),
    ),
  )
  return { model: found, feeds: compileEncoder(signature).encode(rows).feeds, count: rows.length }
}

/** Each call by itself for the percentiles, then without a clock between them for the rate. */
function time(
  call: (turn: number) => void,
  seconds: number,
): { p50Us: number; p99Us: number; perSecond: number } {
  const until = (share: number, work: (turn: number) => void) => {
    const end = performance.now() + share * seconds * 1000
    let turn = 0
    for (; performance.now() < end || turn < 5; turn++) work(turn)
    return turn
  }
  until(0.3, call)
  const times: number[] = []
  until(0.4, (turn) => {
    const started = performance.now()
    call(turn)
    times.push(performance.now() - started)
  })
  const batch = Math.max(1, Math.min(1000, Math.round(50 / Math.max(0.001, median(times)))))
  const started = performance.now()
  const turns = until(0.3, (turn) => {
    for (let own = 0; own < batch; own++) call(turn * batch + own)
  })
  const perSecond = (turns * batch) / ((performance.now() - started) / 1000)
  times.sort((a, b) => a - b)
  const at = (share: number) =>
    rounded((times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? NaN) * 1000)
  return { p50Us: at(0.5), p99Us: at(0.99), perSecond }
}

function rated({ p50Us, p99Us, perSecond }: { p50Us: number; p99Us: number; perSecond: number }) {
  return { p50Us, p99Us, rowsPerSecond: Math.round(perSecond) }
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? NaN
}

function described({
  method,
  reason,
  tables,
  tableBytes,
  heldBytes,
}: {
  method: string
  reason: string
  tables: number
  tableBytes: number
  heldBytes: number
}) {
  return {
    method,
    reason,
    tables,
    tableMb: rounded(tableBytes / 1024 / 1024),
    heldMb: rounded(heldBytes / 1024 / 1024),
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
