import type { Explainability } from './explainability'

/** What a released version's explainer may take of the thread that answers: to build once, and for each row. */
const MOST_BUILD_MS = 1000
const MOST_ROW_US = 500

/** Whether predictions can be explained as they are answered; otherwise the explainer's own process does it after. */
export function isQuick({ held, kind }: Pick<Explainability, 'held' | 'kind'>): boolean {
  return kind === 'exact' && held !== null && held.buildMilliseconds <= MOST_BUILD_MS && held.rowMicroseconds <= MOST_ROW_US
}
