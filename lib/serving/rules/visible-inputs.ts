// What of a prediction's inputs a reader may see.
import type { Signature } from '@/lib/registry/contract'
import type { InputValue } from './validation'

export interface VisibleInputs {
  /** By field name. */
  inputs: Record<string, InputValue>
  /** Sensitive fields that are left out. */
  hidden: string[]
}

export function visibleInputs(signature: Signature | null, values: readonly InputValue[], mayReadSensitive: boolean): VisibleInputs {
  const fields = signature?.fields ?? []
  const isHidden = (field: { isSensitive: boolean }) => field.isSensitive && !mayReadSensitive
  return {
    inputs: Object.fromEntries(fields.flatMap((field, index) => (isHidden(field) ? [] : [[field.name, values[index] ?? null]]))),
    hidden: fields.filter(isHidden).map((field) => field.name),
  }
}
