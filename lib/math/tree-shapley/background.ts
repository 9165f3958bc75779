// The background rows' answers, as one bit for each row and condition.
import { answer, type Conditions } from './conditions'
import { bitCount } from './weights'

export interface BackgroundAnswers {
  rowCount: number
  /** 32-bit words for one condition. */
  words: number
  /** Bit r of condition c's words: whether c holds for row r. */
  holds: Int32Array
  /** All rows. */
  everyone: Int32Array
}

/** @param rows the encoded rows one after another, `width` numbers each. */
export function answersOf(conditions: Conditions, rows: Float64Array, width: number): BackgroundAnswers {
  const rowCount = rows.length / width
  const words = Math.ceil(rowCount / 32)
  const holds = new Int32Array(conditions.count * words)
  const everyone = new Int32Array(words)
  const answers = new Uint8Array(conditions.count)
  for (let row = 0; row < rowCount; row++) {
    const [word, bit] = [row >>> 5, 1 << (row & 31)]
    everyone[word] = (everyone[word] as number) | bit
    answer(conditions, rows, row * width, answers)
    for (let condition = 0; condition < conditions.count; condition++) {
      if (answers[condition] === 1) {
        const at = condition * words + word
        holds[at] = (holds[at] as number) | bit
      }
    }
  }
  return { rowCount, words, holds, everyone }
}

/** How many rows of a set there are. @param start where the set's words begin. */
export function countOf(sets: Int32Array, start: number, words: number): number {
  let count = 0
  for (let word = start; word < start + words; word++) count += bitCount(sets[word] as number)
  return count
}
