// A field's name and values in one language, as the settings and the registration have them.
import type { Field } from '@/lib/registry/contract'
import type { Locale, ReasonSettings } from '../../contract'
import { bareNumber, isMissing, numberInWords, own, valueInWords } from '../value-words'
import { compileMessage, type Filling, type Message } from './message'

export interface FieldWords {
  name: string
  /** A value as it is read out, and counted. */
  filling(value: unknown): Filling
}

export const UNIT_SLOTS = ['value'] as const

export function fieldWords(field: Field, settings: ReasonSettings, locale: Locale): FieldWords {
  const labels = labelsOf(field, settings, locale)
  const worded = { unit: field.unit, ...(labels === undefined ? {} : { categoryLabels: labels }) } as Pick<Field, 'unit' | 'categoryLabels'>
  const unitText = field.unit === undefined ? undefined : own(settings.units, field.unit)?.[locale]
  const unit = unitText === undefined ? null : compileMessage(unitText, UNIT_SLOTS, locale)
  return {
    name: nameOf(field, settings, locale),
    filling(value) {
      if (typeof value !== 'number' || isMissing(value) || own(labels, String(value)) !== undefined) return { text: valueInWords(worded, value, locale) }
      return numberFilling(value, field.unit, unit, locale)
    },
  }
}

export function nameOf({ name, displayName }: Pick<Field, 'name' | 'displayName'>, settings: Pick<ReasonSettings, 'names'>, locale: Locale): string {
  const names = own(settings.names, name)
  return names?.[locale] ?? names?.en ?? displayName
}

function labelsOf(field: Field, settings: ReasonSettings, locale: Locale): Record<string, string> | undefined {
  const told = own(settings.labels, field.name)
  if (told === undefined) return field.categoryLabels
  const labels = Object.entries(told).flatMap(([code, label]) => {
    const text = label[locale] ?? label.en
    return text === undefined ? [] : [[code, text] as const]
  })
  return { ...field.categoryLabels, ...Object.fromEntries(labels) }
}

function numberFilling(number: number, unit: string | undefined, message: Message<'value'> | null, locale: Locale): Filling {
  const numberText = bareNumber(number, unit, locale)
  const text = message === null ? numberInWords(number, unit, locale) : message({ value: { text: numberText, number, numberText } })
  return { text, number, numberText }
}
