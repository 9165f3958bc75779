// What the model says of a row that nobody sent, and why.
import type { Answer } from '@/lib/onnx/decode'
import type { Row } from '@/lib/onnx/encode'
import { isProblem } from '@/lib/platform/errors'
import type { Explanation } from '../../contract'
import type { OpenedVersion } from '../opened-version'
import { explainRow } from './explain'

/** Fields move while a person drags a slider: one round of samples, with its error, must do where nothing exact is there. */
const ORDERS = 1

export interface TriedRow {
  answer: Answer
  /** Null where the version's answers cannot be explained. */
  explanation: Explanation | null
}

export async function tryRow(opened: OpenedVersion, { row }: { row: Row }): Promise<TriedRow> {
  const [answer] = await opened.model.run([row])
  if (answer === undefined) throw new Error('the model gave no answer for its one row')
  try {
    return { answer, explanation: await explainRow(opened, opened.exact ? { row } : { row, permutations: ORDERS }) }
  } catch (error) {
    if (isProblem(error) && error.code === 'not_explainable') return { answer, explanation: null }
    throw error
  }
}
