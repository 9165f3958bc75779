// A prediction's inputs as its page shows them, without what this reader may not see.
import type { Signature } from '@/lib/registry/contract'
import type { ShownInput } from '../contract'
import { fieldControl } from './field-control'
import { stripOf } from './percentile-place'
import { placeInWords, type Reference } from './reference-place'
import { valueInWords } from './value-words'

export type InputValue = number | string | boolean | null

/** @param inputs in the order of the signature, as they are stored */
export function shownInputs(signature: Signature, inputs: readonly InputValue[], reference: Reference, maySeeSensitive: boolean): ShownInput[] {
  return signature.fields.map((field, index) => {
    const value = inputs[index] ?? null
    const isMasked = field.isSensitive && !maySeeSensitive
    return {
      field: field.name,
      displayName: field.displayName,
      description: field.description ?? null,
      value: isMasked ? null : value,
      isMasked,
      inWords: isMasked ? 'hidden' : valueInWords(field, value),
      place: isMasked ? null : placeInWords(field, reference[index], value),
      strip: isMasked ? null : stripOf(field, reference[index], value),
      control: isMasked ? null : fieldControl(field, reference[index], value),
    }
  })
}

/** Stored inputs as a record by field name. */
export function rowOf(signature: Signature, inputs: readonly InputValue[]): Record<string, InputValue> {
  return Object.fromEntries(signature.fields.map((field, index) => [field.name, inputs[index] ?? null]))
}
