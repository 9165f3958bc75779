/**
 * Rows for the self-test that look where errors hide: at the trees' thresholds and a float32 next to them, with missing
 * numbers, with texts that no encoder knows, beyond all that was seen, and as the mixtures that explanations ask for.
 */
import { LEAF } from '@/lib/math/tree-shapley'
import { Random } from '@/lib/math/random'
import { compileEncoder, type Row } from '../encode'
import type { AdditiveModel, ExplainableModel } from '../explainable'
import type { GraphSignature, SignatureField } from '../signature-types'

export interface SelfTestRowsOptions {
  /** Default 200. */
  count?: number
  /** The same seed gives the same rows. Default 1. */
  seed?: number
}

type Kind = () => Row | null

/** The turns in which the kinds of rows come; a kind that has no more rows is passed over. */
const TURNS = ['threshold', 'reference', 'missing', 'threshold', 'text', 'mixed', 'threshold', 'extreme'] as const

/**
 * @param referenceRows rows as callers give them; none gives none
 * @returns `count` rows that the model's encoder takes, deterministic
 */
export function selfTestRows(
  model: ExplainableModel,
  signature: GraphSignature,
  referenceRows: readonly Row[],
  { count = 200, seed = 1 }: SelfTestRowsOptions = {},
): Row[] {
  if (referenceRows.length === 0) return []
  const random = new Random(seed)
  const shuffled = shuffle(random, referenceRows)
  const base = () => shuffled[random.integer(shuffled.length)] ?? {}
  const changes = (list: readonly Change[]): Kind => {
    const left = shuffle(random, list)
    return () => {
      const change = left.pop()
      return change ? { ...base(), ...change } : null
    }
  }
  let next = 0
  const kinds: Record<(typeof TURNS)[number], Kind> = {
    reference: () => shuffled[next++] ?? null,
    threshold: thresholdRows(model, signature, random, base),
    missing: changes(missing(signature)),
    text: changes(signature.fields.flatMap(texts)),
    extreme: changes(signature.fields.flatMap((field) => extremes(field, signature))),
    mixed: () => mixed(signature, base, random),
  }
  const rows: Row[] = []
  for (let turn = 0; rows.length < count; turn++) {
    const row = kinds[TURNS[turn % TURNS.length] as (typeof TURNS)[number]]()
    if (row) rows.push(row)
  }
  return rows
}

type Change = Row

function shuffle<T>(random: Random, list: readonly T[]): T[] {
  const left = [...list]
  for (let at = left.length - 1; at > 0; at--) {
    const other = random.integer(at + 1)
    ;[left[at], left[other]] = [left[other] as T, left[at] as T]
  }
  return left
}

/** Every field from one of two rows, as the coalitions of an explanation have them. */
function mixed(signature: GraphSignature, base: () => Row, random: Random): Row {
  const [one, other] = [base(), base()]
  return Object.fromEntries(
    signature.fields.map(({ name }) => [name, (random.integer(2) === 0 ? one : other)[name]]),
  )
}

function elementOf(field: SignatureField, signature: GraphSignature): string {
  return signature.tensors.find(({ name }) => name === field.tensor)?.elementType ?? ''
}

function mayLack(field: SignatureField, signature: GraphSignature): boolean {
  return ['float32', 'float64', 'string'].includes(elementOf(field, signature))
}

/** One field missing, and all that can be. */
function missing(signature: GraphSignature): Change[] {
  const lacking = signature.fields.filter((field) => mayLack(field, signature)).map(({ name }) => name)
  const all = Object.fromEntries(lacking.map((name) => [name, null]))
  return lacking.length === 0 ? [] : [...lacking.map((name) => ({ [name]: null })), all]
}

/** A hundred categories of one field say enough. */
const MOST_CATEGORIES = 100

/** Every category, and what looks like one. */
function texts({ name, type, categories = [] }: SignatureField): Change[] {
  if (type !== 'category' && type !== 'text') return []
  const [first = ''] = categories
  const strange = ['', 'never seen', `${first} `, first.toUpperCase(), first.toLowerCase()]
  return [...categories.slice(0, MOST_CATEGORIES), ...strange].map((text) => ({ [name]: text }))
}

function extremes(field: SignatureField, signature: GraphSignature): Change[] {
  const { name, categories = [] } = field
  const element = elementOf(field, signature)
  if (element === 'bool') return [{ [name]: true }, { [name]: false }]
  if (element === 'string') return []
  const known = categories.slice(0, MOST_CATEGORIES).map(Number)
  const wholes = element.startsWith('u') ? [0, 1, 255] : [0, -1, 1, 127, -128]
  // 0.1 and 16,777,217 are no float32 values.
  const fractions = field.type === 'number' ? [0.1, -0.5, 1e9, -1e9] : []
  const large = element === 'float32' || element === 'float64' ? [16_777_217] : []
  return [...known, ...wholes, ...large, ...fractions].map((value) => ({ [name]: value }))
}

/** The last value before a threshold and the first behind it, in rows that are equal but for that. */
function thresholdRows(
  model: ExplainableModel,
  signature: GraphSignature,
  random: Random,
  base: () => Row,
): Kind {
  if (model.kind === 'function' || model.forest() === null) return () => null
  const left = shuffle(random, thresholdsOf(model, signature))
  const finder = new CrossingFinder(model, signature)
  const ready: Row[] = []
  return () => {
    while (ready.length === 0) {
      const threshold = left.pop()
      if (!threshold) return null
      const row = base()
      const found = finder.find(row, threshold)
      if (!found) continue
      const { name } = threshold.field
      for (const value of found) ready.push({ ...row, [name]: value })
    }
    return ready.pop() ?? null
  }
}

interface Threshold {
  column: number
  threshold: number
  field: SignatureField
}

function thresholdsOf(model: AdditiveModel, signature: GraphSignature): Threshold[] {
  const forest = model.forest()
  if (!forest) return []
  const found = new Map<string, Threshold>()
  forest.column.forEach((column, node) => {
    if (column === LEAF) return
    const field = signature.fields[model.playerOf[column] ?? -1]
    if (!field || elementOf(field, signature) === 'string' || elementOf(field, signature) === 'bool') return
    const threshold = forest.threshold[node] as number
    found.set(`${column}:${threshold}`, { column, threshold, field })
  })
  return [...found.values()]
}

/** Numbers beyond are in no table. */
const FARTHEST = 1e30
const FARTHEST_WHOLE = 2 ** 31 - 1

/**
 * The field's values next to where its column crosses a threshold, whatever scaling lies between: halving the float32
 * numbers, of which there are 2^32, takes 32 steps.
 */
class CrossingFinder {
  private readonly encoder
  private readonly encoded

  constructor(
    private readonly model: AdditiveModel,
    private readonly signature: GraphSignature,
  ) {
    this.encoder = compileEncoder(signature)
    this.encoded = new Float64Array(model.width)
  }

  /** Null where the column does not cross it. */
  find(row: Row, { column, threshold, field }: Threshold): number[] | null {
    const element = elementOf(field, this.signature)
    const isWhole = field.type === 'integer' || !element.startsWith('float')
    const at = isWhole ? (place: number) => place : float32At
    const [lowest, highest] = isWhole ? wholeRange(element) : [placeOf(-FARTHEST), placeOf(FARTHEST)]
    const isAbove = (place: number) => this.columnOf({ ...row, [field.name]: at(place) }, column) > threshold
    let [low, high] = [lowest, highest]
    const [starts, ends] = [isAbove(low), isAbove(high)]
    if (starts === ends) return null
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (isAbove(middle) === starts) low = middle
      else high = middle
    }
    return [at(low), at(high)]
  }

  private columnOf(row: Row, column: number): number {
    this.model.encode(this.encoder.encode([row]).feeds, 0, this.encoded)
    return this.encoded[column] as number
  }
}

function wholeRange(element: string): [number, number] {
  const bits = Number(/(8|16|32|64)$/.exec(element)?.[1] ?? 32)
  const highest = element.startsWith('u') ? 2 ** bits - 1 : 2 ** (bits - 1) - 1
  const most = element.startsWith('float') ? 2 ** 24 : Math.min(highest, FARTHEST_WHOLE)
  return [element.startsWith('u') ? 0 : -most, most]
}

const words = new Int32Array(1)
const floats = new Float32Array(words.buffer)

/** float32 numbers in their order, as whole numbers one apart. */
function placeOf(value: number): number {
  floats[0] = value
  const word = words[0] as number
  return word >= 0 ? word : -(word & 0x7fff_ffff)
}

function float32At(place: number): number {
  words[0] = place >= 0 ? place : -place | 0x8000_0000
  return floats[0] as number
}
