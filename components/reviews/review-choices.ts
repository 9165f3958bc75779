// What a review of a model can be about: its decisions and its fields, as the newest version names them.
import { classInWords } from '@/lib/explanations/rules'
import type { Field, Signature } from '@/lib/registry/contract'

export interface ReviewField {
  name: string
  displayName: string
  unit?: string
  /** Values to choose from; null for a number, which is asked for as a range; empty where any text may come. */
  values: { value: string; label: string }[] | null
}

export interface ReviewChoices {
  decisions: { value: string; label: string }[]
  fields: ReviewField[]
}

export const NO_CHOICES: ReviewChoices = { decisions: [], fields: [] }

export function reviewChoices(signature: Signature): ReviewChoices {
  return { decisions: decisionsOf(signature), fields: signature.fields.map(fieldOf) }
}

function decisionsOf(signature: Signature): ReviewChoices['decisions'] {
  const { decision, classes = [] } = signature
  if (!decision) return classes.map((one) => ({ value: String(one), label: classInWords(signature, String(one)) }))
  return [
    { value: 'above', label: capital(decision.above || 'At or above the threshold') },
    { value: 'below', label: capital(decision.below || 'Below the threshold') },
  ]
}

function fieldOf({ name, displayName, unit, type, categories = [], categoryLabels = {} }: Field): ReviewField {
  const known = [...new Set([...categories, ...Object.keys(categoryLabels)])]
  const isNumber = (type === 'number' || type === 'integer') && known.length === 0
  const values = type === 'boolean' && known.length === 0 ? [{ value: 'true', label: 'Yes' }, { value: 'false', label: 'No' }] : known.map((value) => ({ value, label: categoryLabels[value] ?? value }))
  return { name, displayName, ...(unit === undefined ? {} : { unit }), values: isNumber ? null : values }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
