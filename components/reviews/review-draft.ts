// The form of a new review as it stands in the address, and what it asks for.
import { MOST_REVIEW_CASES, SAMPLE_KINDS, type ReviewGroup, type ReviewSelectionInput } from '@/lib/evidence/contract'
import type { ReviewChoices } from './review-choices'

/** Every member is a text, as inputs have them; empty where nothing was chosen. */
export interface ReviewDraft {
  model: string
  environment: string
  /** Days, UTC, both included. */
  from: string
  to: string
  kind: string
  size: string
  /** `decision`, or `field:<name>`. */
  by: string
  decision: string
  /** A field's name. */
  group: string
  value: string
  min: string
  max: string
  seed: string
}

export const DRAFT_MEMBERS = ['model', 'environment', 'from', 'to', 'kind', 'size', 'by', 'decision', 'group', 'value', 'min', 'max', 'seed'] as const satisfies readonly (keyof ReviewDraft)[]

const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d{2}-\d{2}$/
const FIELD = 'field:'
export const NOT_GIVEN = '(not given)'

export type DraftProblems = Partial<Record<keyof ReviewDraft, string>>

export function fieldChoice(name: string): string {
  return `${FIELD}${name}`
}

export function readDraft(draft: ReviewDraft, choices: ReviewChoices): { selection: ReviewSelectionInput | null; problems: DraftProblems } {
  const problems: DraftProblems = {}
  if (draft.model === '') problems.model = 'Choose a model.'
  const [from, to] = [dayOf(draft.from), dayOf(draft.to)]
  if (from === null) problems.from = 'Choose a day.'
  if (to === null) problems.to = 'Choose a day.'
  if (from !== null && to !== null && to < from) problems.to = 'The period ends before it begins.'
  const kind = SAMPLE_KINDS.find((one) => one === draft.kind) ?? 'random'
  const size = kind === 'all' ? null : whole(draft.size)
  if (kind !== 'all' && (size === null || size < 1 || size > MOST_REVIEW_CASES)) problems.size = `Enter a whole number from 1 to ${MOST_REVIEW_CASES}.`
  if (kind === 'stratified' && draft.by === '') problems.by = 'Choose what makes the groups.'
  const seed = draft.seed === '' ? undefined : whole(draft.seed)
  if (seed === null || (seed !== undefined && seed > 999_999_999)) problems.seed = 'Enter a whole number of at most nine digits, or leave it empty.'
  const group = groupOf(draft, choices, problems)
  if (Object.keys(problems).length > 0 || from === null || to === null) return { selection: null, problems }
  const stratifyBy = kind !== 'stratified' ? null : draft.by.startsWith(FIELD) ? { field: draft.by.slice(FIELD.length) } : 'decision'
  const selection: ReviewSelectionInput = {
    model: draft.model,
    environment: draft.environment,
    from,
    to: to + DAY_MS,
    kind,
    size,
    stratifyBy,
    decision: draft.decision === '' ? null : draft.decision,
    group,
    ...(seed === undefined || seed === null ? {} : { seed }),
  }
  return { selection, problems }
}

function groupOf(draft: ReviewDraft, choices: ReviewChoices, problems: DraftProblems): ReviewGroup | null {
  if (draft.group === '') return null
  const field = choices.fields.find((one) => one.name === draft.group)
  if (field?.values !== null) {
    if (draft.value === '') problems.value = 'Choose a value.'
    return { field: draft.group, value: draft.value === NOT_GIVEN ? '' : draft.value }
  }
  const [min, max] = [numeric(draft.min), numeric(draft.max)]
  if (min === null && max === null) problems.min = 'Enter a lowest or a highest value.'
  if (min !== null && max !== null && min > max) problems.max = 'The highest value is below the lowest.'
  return { field: draft.group, min, max }
}

function dayOf(text: string): number | null {
  const at = DAY.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? null : at
}

function whole(text: string): number | null {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : null
}

function numeric(text: string): number | null {
  const value = text.trim() === '' ? NaN : Number(text)
  return Number.isFinite(value) ? value : null
}
