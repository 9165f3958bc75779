// Why a score moved from one prediction to a later one of the same subject, by field. Where the version changed too, both
// versions explain both rows, and the way from (old data, old model) to (new data, new model) is walked in both orders:
// data first and model first. The two parts are the means of both orders: Shapley values again, of the two players "data"
// and "model", so neither is favoured.
import type { Signature } from '@/lib/registry/contract'
import type { InputValue } from '../shown-inputs'
import { isMissing, valueInWords } from '../value-words'
import type { ChangedField, ChangeReport } from './contract'
import { effectInWords, type EffectScale } from './effect-words'

/** An explanation by field name. */
export interface NamedExplanation {
  base: number
  values: ReadonlyMap<string, number>
}

export interface ChangeFacts {
  /** The old version explains the old row, and the new version the new row. */
  before: NamedExplanation
  after: NamedExplanation
  /** The old version explains the new row, and the new version the old row; null where one version answered both. */
  crossed: { oldModelNewRow: NamedExplanation; newModelOldRow: NamedExplanation } | null
}

export interface ChangedInputs {
  signature: Signature
  /** By field name. */
  inputs: ReadonlyMap<string, InputValue>
}

export type Change = Pick<ChangeReport, 'difference' | 'baseDifference' | 'fields'>

export function changeOf(facts: ChangeFacts, before: ChangedInputs, after: ChangedInputs, maySeeSensitive: boolean): Change {
  const fields = new Map([...before.signature.fields, ...after.signature.fields].map((field) => [field.name, field]))
  const changed = [...fields.values()].map((field): ChangedField => {
    const of = ({ values }: NamedExplanation) => values.get(field.name) ?? 0
    const difference = of(facts.after) - of(facts.before)
    const { crossed } = facts
    const dataPart = crossed === null ? difference : (of(crossed.oldModelNewRow) - of(facts.before) + (of(facts.after) - of(crossed.newModelOldRow))) / 2
    const isMasked = [before, after].some(({ signature }) => signature.fields.some((one) => one.name === field.name && one.isSensitive)) && !maySeeSensitive
    const [old, now] = [before.inputs.get(field.name) ?? null, after.inputs.get(field.name) ?? null]
    return {
      field: field.name,
      displayName: field.displayName,
      isMasked,
      before: isMasked ? null : valueInWords(field, old),
      after: isMasked ? null : valueInWords(field, now),
      isChanged: !isSame(old, now),
      difference,
      dataPart,
      modelPart: crossed === null ? 0 : difference - dataPart,
    }
  })
  const baseDifference = facts.after.base - facts.before.base
  return {
    difference: changed.reduce((sum, field) => sum + field.difference, baseDifference),
    baseDifference,
    fields: changed.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference)),
  }
}

export function endOf({ base, values }: NamedExplanation): number {
  let sum = base
  for (const value of values.values()) sum += value
  return sum
}

/** `The score rose: Waiting time (9 days, now 30 days) raises the odds by 85 %.` */
export function changeSentence({ difference, baseDifference, fields }: Change, isSameVersion: boolean, effect: EffectScale): string {
  const size = Math.abs(difference)
  const total = fields.reduce((sum, field) => sum + Math.abs(field.difference), Math.abs(baseDifference))
  if (size <= 1e-9 * Math.max(1, total)) return fields.some((field) => field.isChanged) ? 'The score did not move, although fields changed.' : 'Nothing changed: neither the fields nor the score.'
  const [top] = fields.filter((field) => field.difference * difference > 0)
  const values = top && top.isChanged && !top.isMasked ? ` (${top.before}, then ${top.after})` : ''
  const through = top ? ` Most of it through ${top.displayName}${values}, which ${effectInWords(effect, top.difference)}.` : ''
  const model = fields.reduce((sum, field) => sum + field.modelPart, baseDifference)
  const split = isSameVersion ? '' : ` The change of data ${effectInWords(effect, difference - model)}, the change of the model ${effectInWords(effect, model)}.`
  return `Altogether the change ${effectInWords(effect, difference)}.${through}${split}`
}

function isSame(a: InputValue, b: InputValue): boolean {
  return a === b || (isMissing(a) && isMissing(b))
}
