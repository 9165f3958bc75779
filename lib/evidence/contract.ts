// The words of evidence: what a bundle proves, the keys that sign it, and an auditor's review of a sample of decisions.
export const CASE_VERDICTS = ['in-order', 'concern'] as const
export type CaseVerdict = (typeof CASE_VERDICTS)[number]

export const SAMPLE_KINDS = ['random', 'stratified', 'all'] as const

/** Which decisions a review is of. */
export interface ReviewSelection {
  environment: string
  from: number
  to: number
  kind: (typeof SAMPLE_KINDS)[number]
  /** Cases wanted: in all, or of each group where the sample is stratified. */
  size: number | null
  /** The field whose values are the groups. */
  stratifyBy: string | null
  /** Only decisions of one outcome, or of one group: field and value. */
  decision: 'above' | 'below' | null
  group: { field: string; value: string } | null
  /** Repeats the sample. */
  seed: number
}
