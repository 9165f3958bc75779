// Where reasons come from. Explanations are a later room; it puts its explainer here at start, and serving asks it.
import { peekOnce } from '@/lib/platform/once'
import type { PredictedReason } from './contract'

export interface Explainer {
  /**
   * The reasons for each row's answer, in the order of the rows.
   * @param rows records of fields as they were given
   * @param predictionIds of the same rows, already in the log, so that the explanation can be kept with them
   */
  explainRows(
    versionId: string,
    rows: readonly Readonly<Record<string, unknown>>[],
    predictionIds: readonly string[],
  ): Promise<PredictedReason[][]>
}

declare module '@/lib/platform/once' {
  interface Once {
    explainer: Explainer
  }
}

export function explainer(): Explainer | undefined {
  return peekOnce('explainer')
}
