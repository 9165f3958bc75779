// Fields that are not as they were, in words.
import type { Signature } from '@/lib/registry/contract'
import type { ChangedField, FieldValue } from '../contract/lookup'
import { placeInWords, type Reference } from './reference-place'
import { own, valueInWords } from './value-words'

/** In the signature's order; a value that is as before is no change. */
export function changedFields(signature: Signature, row: Readonly<Record<string, FieldValue>>, changes: Readonly<Record<string, FieldValue>>, reference: Reference): ChangedField[] {
  return signature.fields.flatMap((field, index): ChangedField[] => {
    const to = own(changes, field.name)
    const from = own(row, field.name) ?? null
    if (to === undefined || to === from) return []
    return [
      {
        field: field.name,
        displayName: field.displayName,
        from,
        to,
        fromInWords: valueInWords(field, from),
        toInWords: valueInWords(field, to),
        place: placeInWords(field, reference[index], to),
      },
    ]
  })
}
