// The words of evidence: what a bundle proves, the keys that sign it, and an auditor's review of a sample of decisions.
import { z } from 'zod'
import type { Decision } from '@/lib/explanations/contract'

export const CASE_VERDICTS = ['in-order', 'concern'] as const
export type CaseVerdict = (typeof CASE_VERDICTS)[number]

export const SAMPLE_KINDS = ['random', 'stratified', 'all'] as const

/** At most this many cases in one review: what people can look at, and what fits one signed file. */
export const MOST_REVIEW_CASES = 1000
/** At most this many groups in a stratified sample. */
export const MOST_REVIEW_STRATA = 50
export const LONGEST_NOTE = 5000

const fieldName = z.string().min(1).max(200)
const LAST_MOMENT = 8_640_000_000_000_000
const moment = z.union([z.number().int().min(0).max(LAST_MOMENT), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))], {
  error: 'Give a time such as 2026-05-03T00:00:00Z, or milliseconds UTC.',
})

/** One group of people or things: a field's value (empty: not given), or a number from min to max, both included. */
export const reviewGroupSchema = z.union([
  z.strictObject({ field: fieldName, value: z.string().max(200) }),
  z
    .strictObject({ field: fieldName, min: z.number().nullable(), max: z.number().nullable() })
    .refine((group) => group.min !== null || group.max !== null, 'Give a lowest or a highest value.')
    .refine((group) => group.min === null || group.max === null || group.min <= group.max, 'The lowest value is above the highest.'),
])
export type ReviewGroup = z.output<typeof reviewGroupSchema>

/** Which decisions an auditor asks for. */
export const reviewSelectionSchema = z
  .strictObject({
    model: z.string().min(1, 'Choose a model.').max(64),
    environment: z.string().min(1).max(64).default('production'),
    /** [from, to). */
    from: moment,
    to: moment,
    kind: z.enum(SAMPLE_KINDS),
    /** Cases wanted: in all, or of each group where the sample is stratified. */
    size: z.number().int().min(1, 'Draw at least one case.').max(MOST_REVIEW_CASES, `Draw at most ${MOST_REVIEW_CASES} cases.`).nullable().default(null),
    /** What makes the groups: the decision, or the values of a field. */
    stratifyBy: z.union([z.literal('decision'), z.strictObject({ field: fieldName })]).nullable().default(null),
    /** `above` or `below` the threshold; the class where the model has none. */
    decision: z.string().min(1).max(200).nullable().default(null),
    group: reviewGroupSchema.nullable().default(null),
    /** Repeats a sample; a new one is taken where none is given. */
    seed: z.number().int().min(0).max(999_999_999).optional(),
  })
  .refine((selection) => selection.from < selection.to, { message: 'The period ends before it begins.', path: ['to'] })
  .refine((selection) => selection.kind === 'all' || selection.size !== null, { message: 'Say how many cases to draw.', path: ['size'] })
  .refine((selection) => selection.kind !== 'stratified' || selection.stratifyBy !== null, { message: 'Say what makes the groups.', path: ['stratifyBy'] })
export type ReviewSelectionInput = z.input<typeof reviewSelectionSchema>

export const newReviewSchema = z.strictObject({
  name: z.string().trim().min(1, 'Name the review.').max(100),
  selection: reviewSelectionSchema,
})
export type NewReview = z.input<typeof newReviewSchema>

export const caseNoteSchema = z.strictObject({
  verdict: z.enum(CASE_VERDICTS).nullable(),
  note: z.string().max(LONGEST_NOTE, `A note has at most ${LONGEST_NOTE} characters.`),
  /** `notedAt` as it was read: where somebody has noted meanwhile, nothing is overwritten. Left out, it is. */
  seenAt: z.number().int().nullable().optional(),
})
export type CaseNote = z.infer<typeof caseNoteSchema>

/** Which decisions a review is of, as it was settled when the sample was drawn. */
export interface ReviewSelection {
  environment: string
  from: number
  to: number
  kind: (typeof SAMPLE_KINDS)[number]
  size: number | null
  /** A number field is cut into bands, each of about a fifth of the reference. */
  stratifyBy: 'decision' | { field: string; cuts: number[] | null } | null
  decision: string | null
  group: ReviewGroup | null
  seed: number
}

/** A group of the population: how many decisions it has, and how many of them are cases. */
export interface ReviewStratum {
  /** The decision, the value (empty: not given) or the band such as `25..40`; null where the sample has no groups. */
  stratum: string | null
  population: number
  cases: number
}

/** As it is stored with the review. */
export interface DrawnSelection extends ReviewSelection {
  strata: ReviewStratum[]
}

/** What a selection would give, before anything is created. */
export interface ReviewPreview {
  population: number
  cases: number
  strata: ReviewStratum[]
  stratifyBy: ReviewSelection['stratifyBy']
  /** Until when it counts: the end of the period, or a minute ago. */
  to: number
  /** Why no review can be made of it; null where one can. */
  refusal: string | null
}

export interface Review {
  id: string
  name: string
  model: { id: string; slug: string; name: string }
  selection: DrawnSelection
  population: number
  createdAt: number
  createdByName: string
  closedAt: number | null
  progress: ReviewProgress
}

export interface ReviewProgress {
  cases: number
  inOrder: number
  concern: number
  /** The first case without a verdict; null when every case has one. */
  nextOpen: number | null
}

export const CASE_SORTS = ['position', 'decided', 'score', 'verdict', 'noted'] as const
export type CaseSort = (typeof CASE_SORTS)[number]
export const CASE_FILTERS = ['open', ...CASE_VERDICTS] as const
export type CaseFilter = (typeof CASE_FILTERS)[number]

/** A case as the review's table has it. */
export interface ReviewCase {
  position: number
  predictionId: string
  stratum: string | null
  verdict: CaseVerdict | null
  note: string
  notedAt: number | null
  notedByName: string | null
  /** When and what was decided, in words; null where the log has the prediction no more. */
  decision: { at: number; answer: string; subject: string | null; version: number; outcome: string | null } | null
}

/** A case that was opened, with everything that stands behind the decision. */
export interface OpenedCase extends Omit<ReviewCase, 'decision'> {
  decision: Decision | null
}
