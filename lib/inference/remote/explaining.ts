// How much of a server's time explanations may take: each asks it for hundreds to thousands of mixed rows.
import { readEndpoint } from './connections'

/** What one round of samples may take: people wait for it. */
const ROUND_SECONDS = 3
/** Of each field and background row, in one round (see lib/explanations/worker/adaptive.ts). */
const ROWS_EACH = 4
const FEWEST_BACKGROUND_ROWS = 5

/** What people wait for with patience, where every coalition is listed. */
const LISTED_SECONDS = 5

/** Rows that one explanation may ask for at once. */
export function explainedRows(artifact: Uint8Array): number {
  return readEndpoint(artifact).explainedRowsASecond * LISTED_SECONDS
}

/** Background rows with which a round of samples stays within what the server allows. */
export function mostBackgroundRows(artifact: Uint8Array): number {
  const { explainedRowsASecond, inputs } = readEndpoint(artifact)
  return Math.max(FEWEST_BACKGROUND_ROWS, Math.floor((explainedRowsASecond * ROUND_SECONDS) / (ROWS_EACH * (inputs.fields.length + 1))))
}
