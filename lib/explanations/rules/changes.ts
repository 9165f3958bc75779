// What may change of a case, by the lender's own settings: which fields, in which direction, within which limits.
import type { Field, Signature } from '@/lib/registry/contract'
import type { ReasonSettings } from '../contract'

export interface ChangeRule {
  field: Field
  direction: 'any' | 'up' | 'down'
  min: number
  max: number
  /** Null: chosen from the values that were seen. */
  step: number | null
}

/**
 * The fields that are free. Sensitive ones never are, whatever the settings say: telling somebody to be of another age
 * or sex helps nobody. Directions are of numbers only; a category has no order that could be known.
 * @param keep names of further fields that stay as they are
 */
export function changeRules(signature: Signature, changes: ReasonSettings['changes'], keep: readonly string[] = []): ChangeRule[] {
  return signature.fields.flatMap((field): ChangeRule[] => {
    const own = Object.hasOwn(changes, field.name) ? changes[field.name] : undefined
    if (field.isSensitive || keep.includes(field.name) || !(own?.isActionable ?? field.isActionable)) return []
    return [
      {
        field,
        direction: own?.direction ?? 'any',
        min: Math.max(field.min ?? -Infinity, own?.min ?? -Infinity),
        max: Math.min(field.max ?? Infinity, own?.max ?? Infinity),
        step: own?.step ?? null,
      },
    ]
  })
}
