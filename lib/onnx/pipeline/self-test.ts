/** Whether what was understood of a file is what the runtime does with it. */
import type { ExplainableModel, Feeds } from '../explainable'

/**
 * Differences of float32 rounding: the exponential function's last digits, the order of a matrix product's additions.
 * A row that takes another way through one tree differs by a leaf's weight, far more.
 */
const TOLERANCE = 1e-6
/** Of networks and kernels, whose products are added in an order that only the runtime knows. */
const TOLERANCE_OF_FUNCTIONS = 1e-5

export interface SelfTest {
  rows: number
  /** Rows (0-based) whose answer differs. An explanation of such a model must not be called exact. */
  differing: number[]
  /** Of the answers, absolute. */
  largestDifference: number
  isExact: boolean
  /** One sentence for people. */
  reason: string
}

/**
 * @param runtimeAnswers of ONNX Runtime for the same rows, as `Answer.score` (of the explained class) or `Answer.value`
 * The tolerance is 1e-6 (1e-5 where nothing additive was found), relative for answers above 1, for the computation in
 * float32, and besides it for weighted sums and for the margin in float64 what the runtime's rounding may come to.
 */
export function selfTest(model: ExplainableModel, feeds: Feeds, runtimeAnswers: ArrayLike<number>): SelfTest {
  const rows = runtimeAnswers.length
  const differing: number[] = []
  let largestDifference = 0
  const encoded = new Float64Array(model.kind === 'function' ? 0 : model.width)
  for (let row = 0; row < rows; row++) {
    const expected = runtimeAnswers[row] as number
    const size = Number.isFinite(expected) ? Math.abs(expected) : 0
    const tolerance = (model.kind === 'function' ? TOLERANCE_OF_FUNCTIONS : TOLERANCE) * Math.max(1, size)
    let difference = distance(model.answer(feeds, row), expected)
    let isSame = difference <= tolerance
    if (model.kind !== 'function') {
      model.encode(feeds, row, encoded)
      // Behind the logistic function and a softmax the margin's rounding only shrinks.
      const slope = model.link === 'exponential' ? size : 1
      const own = distance(model.answerFrom(encoded), expected)
      isSame =
        isWithin(difference, tolerance, slope * model.roundingOfLine(encoded)) &&
        isWithin(own, tolerance, slope * model.rounding(encoded))
      if (!isSame) difference = Math.max(difference, own)
    }
    if (!isSame) differing.push(row)
    largestDifference = Math.max(largestDifference, difference)
  }
  const isExact = rows > 0 && differing.length === 0
  return { rows, differing, largestDifference, isExact, reason: reasonOf(rows, differing, largestDifference) }
}

/** A row without an answer in numbers rounds to none. */
function isWithin(difference: number, tolerance: number, rounding: number): boolean {
  return difference <= tolerance + (Number.isNaN(rounding) ? 0 : rounding)
}

/** A model that answers NaN for a row (a missing number) must be understood to do so. */
function distance(one: number, other: number): number {
  if (Object.is(one, other) || one === other) return 0
  const distance = Math.abs(one - other)
  return Number.isNaN(distance) ? Infinity : distance
}

function reasonOf(rows: number, differing: readonly number[], largest: number): string {
  if (rows === 0) return 'No row was compared with the runtime.'
  if (differing.length === 0) return `All ${rows} rows compared answer as the runtime does.`
  const first = `first: row ${(differing[0] ?? 0) + 1}`
  return `${differing.length} of ${rows} rows compared differ from the runtime, by up to ${largest.toPrecision(3)} (${first}).`
}
