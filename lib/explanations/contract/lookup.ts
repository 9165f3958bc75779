// The words of looking a decision up and trying it out: what would have been answered if, what would have to change,
// which cases were alike, what other versions say.
import { z } from 'zod'
import type { DecisionRow, Reason, Scale } from '../contract'

/** A field's value as it is sent and kept. */
export type FieldValue = number | string | boolean | null

const fieldName = z.string().min(1).max(200)
const fieldValue = z.union([z.string().max(1000), z.number(), z.boolean()]).nullable()

/**
 * What stands in letters for a prediction's id: its first 16 digits, which are the time to the millisecond and a counter
 * (RFC 9562), in groups that can be read out. Searching for it finds the one prediction.
 */
export function referenceOf(id: string): string {
  return (id.replaceAll('-', '').slice(0, 16).match(/.{4}/g) ?? []).join(' ').toUpperCase()
}

/** Where a value lies among those of the reference: for a number by tenths, for a category by shares. */
export type ReferenceStrip =
  | {
      kind: 'number'
      /** Share of the reference below the value, 0 to 1; null where the value is missing. */
      position: number | null
      /** The lowest, the typical and the highest, in words. */
      low: string
      middle: string
      high: string
    }
  | {
      kind: 'category'
      /** The most frequent first; the own one is always among them. Further ones are left out. */
      shares: { label: string; share: number; isOwn: boolean }[]
    }

/** What a person may enter in a field when trying the decision out. */
export type FieldControl =
  | { kind: 'number'; min: number; max: number; step: number; unit: string | null }
  | { kind: 'choice'; options: { value: string | number | boolean; label: string }[] }
  | { kind: 'text' }

export const whatIfSchema = z.object({
  /** New values by field name. */
  changes: z.record(fieldName, fieldValue).refine((changes) => Object.keys(changes).length <= 200, 'Change at most 200 fields.'),
})
export type WhatIfInput = z.input<typeof whatIfSchema>

/** One field that is not as it was. */
export interface ChangedField {
  field: string
  displayName: string
  from: FieldValue
  to: FieldValue
  fromInWords: string
  toInWords: string
  /** Where the new value lies in the reference. */
  place: string | null
}

/** What a model says of a row that nobody sent: it is not a prediction and is not kept. */
export interface TriedAnswer {
  label: string | null
  score: number | null
  /** As a sentence. */
  answer: string
  /** What follows from it, where the version has a rule for that, else the class; null of a plain number. */
  decision: string | null
  isDecisionChanged: boolean
}

export interface WhatIf extends TriedAnswer {
  changed: ChangedField[]
  /** On which the contributions are; null where the version's answers cannot be explained. */
  scale: Scale | null
  /** Contributions in the order of the version's fields. */
  contributions: { field: string; displayName: string; value: number }[]
  reasons: Reason[]
}

export const MOST_CHANGED_FIELDS = 6
export const counterfactualOptionsSchema = z.object({
  /** What is wanted. Without it: the other side of the decision's threshold, another class; of a value a tenth more. */
  target: z.union([z.strictObject({ value: z.number() }), z.strictObject({ percent: z.number().min(-100).max(1000) }), z.strictObject({ label: z.string().min(1).max(200) })]).optional(),
  /** Fields that may change at once. */
  mostFields: z.number().int().min(1).max(MOST_CHANGED_FIELDS).default(4),
  /** How many different ways are wanted. */
  most: z.number().int().min(1).max(6).default(4),
  /** Further fields that stay as they are. */
  keep: z.array(fieldName).max(200).default([]),
})
export type CounterfactualOptions = z.input<typeof counterfactualOptionsSchema>

/** Changes that would have led to another decision. */
export interface Counterfactual extends TriedAnswer {
  changes: ChangedField[]
  /** How far the changes go: of numbers the share of the reference passed over, of categories how rare the new one is, added up. */
  distance: number
}

export interface Counterfactuals {
  /** `a score below 0.5: offer the loan`. */
  goal: string
  /** The nearest first. Empty where nothing within the limits is enough. */
  found: Counterfactual[]
  /** Where nothing was found, how close the best combination comes; it may have more changes than were asked for. */
  closest: (Counterfactual & { isEnough: boolean }) | null
  /** Display names of the fields that were free to change, and in which direction. */
  free: { field: string; displayName: string; direction: 'any' | 'up' | 'down' }[]
  evaluations: number
  /** False where the search ended for its budget. */
  isComplete: boolean
}

export interface SimilarDecision {
  decision: DecisionRow
  /** 1 is the same. */
  alike: number
  /** What differs most, in words: at most three fields. */
  differences: { displayName: string; here: string; there: string }[]
}

export const SIMILAR_BY = ['explanation', 'inputs'] as const
export type SimilarBy = (typeof SIMILAR_BY)[number]

export interface SimilarDecisions {
  by: SimilarBy
  /** The nearest first. */
  similar: SimilarDecision[]
  /** Earlier predictions of the version that were compared. */
  compared: number
}

/** What the model answers along one field, on the scale of its score. */
export interface Dependence {
  field: string
  displayName: string
  kind: 'number' | 'category'
  /** In order; the case's own value is among them. */
  points: {
    value: FieldValue
    label: string
    isOwn: boolean
    /** Over the background sample: partial dependence. */
    mean: number
    /** Of its rows, the 10th and 90th of a hundred. */
    low: number
    high: number
    /** This case with the value. */
    own: number
  }[]
  /** Some rows of the background sample one by one: individual conditional expectation. */
  curves: number[][]
  rows: number
}

/** What a version of the model says of the row. */
export interface VersionAnswer {
  versionId: string
  number: number
  registeredAt: number
  /** The one that answered. */
  isOwn: boolean
  /** Null where it cannot be asked; then `problem` says why. */
  said: (TriedAnswer & { reasons: { field: string; displayName: string; direction: Reason['direction'] }[] }) | null
  problem: string | null
}
