// Where reasons come from. Explanations are a later room; it puts its explainer here at start, and serving asks it.
import { peekOnce } from '@/lib/platform/once'
import type { PredictedReason, ServedExplanation } from './contract'
import type { Locale } from './rules/predict-call'

export interface ExplainedRow {
  /** The fields as they were given. */
  row: Readonly<Record<string, unknown>>
  /** Of several classes, the answered one as text. */
  label: string | null
  explanation: ServedExplanation
}

export interface Explainer {
  /** Tells exact explanations, made with the answers, in sentences: for each row, in their order. */
  reasonsOf(versionId: string, rows: readonly ExplainedRow[], locale: Locale): Promise<PredictedReason[][]>
  /**
   * The reasons for each row's answer where nothing exact was made with it, in the order of the rows.
   * @param rows records of fields as they were given
   * @param predictionIds of the same rows, already in the log, so that the explanation can be kept with them
   */
  explainRows(
    versionId: string,
    rows: readonly Readonly<Record<string, unknown>>[],
    predictionIds: readonly string[],
    locale: Locale,
  ): Promise<PredictedReason[][]>
  /** The same behind everything else and without anybody waiting; what is too much is left to be explained on demand. */
  explainLater(versionId: string, rows: readonly Readonly<Record<string, unknown>>[], predictionIds: readonly string[]): void
}

declare module '@/lib/platform/once' {
  interface Once {
    explainer: Explainer
  }
}

export function explainer(): Explainer | undefined {
  return peekOnce('explainer')
}
