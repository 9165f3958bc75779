// The sentence of one field: from its template where the settings have one, else from its name, label and unit.
import type { Field } from '@/lib/registry/contract'
import type { Locale, Reason, ReasonSettings } from '../../contract'
import type { Typical } from '../reference-place'
import { isMissing, own } from '../value-words'
import { fieldWords, type FieldWords } from './field-words'
import { compileMessage, slotsOf, type Filling, type Message } from './message'

export const TEMPLATE_SLOTS = ['name', 'value', 'typical', 'effect', 'strength', 'score'] as const
export type TemplateSlot = (typeof TEMPLATE_SLOTS)[number]
/** What would write down the value of a sensitive field. */
export const VALUE_SLOTS = ['value', 'typical'] as const

const NO_TYPICAL = '–'

export interface Effect {
  direction: Reason['direction']
  effect: string
  strength: string
  score: string
}
export type FieldSentence = (value: unknown, effect: Effect) => string

/** Everything that does not depend on a row is worked out here, once for each revision of the settings. */
export function fieldSentence(field: Field, typical: Typical, settings: ReasonSettings, locale: Locale): FieldSentence {
  const words = fieldWords(field, settings, locale)
  const typicalFilling = typical === null ? { text: NO_TYPICAL } : words.filling(typicalValue(field, typical))
  const templates = templatesOf(field, settings, locale)
  const byDefault = locale === 'de' ? germanSentence : englishSentence
  const facts = { field, words, typical, typicalText: typicalFilling.text }
  return (value, effect) => {
    const template = isMissing(value) ? templates.missing : templates[effect.direction]
    if (template === undefined) return byDefault(facts, value, effect)
    return template({
      name: { text: words.name },
      value: field.isSensitive ? { text: '' } : words.filling(value),
      typical: typicalFilling,
      effect: { text: effect.effect },
      strength: { text: effect.strength },
      score: { text: effect.score },
    } satisfies Record<TemplateSlot, Filling>)
  }
}

interface Facts {
  field: Field
  words: FieldWords
  typical: Typical
  typicalText: string
}

function englishSentence({ field, words, typical, typicalText }: Facts, value: unknown, { effect }: Effect): string {
  if (field.isSensitive) return `${words.name} ${effect}.`
  const filling = words.filling(value)
  const subject = isMissing(value) ? `${words.name}, which was not given,` : filling.number === undefined ? `${words.name} (${filling.text})` : `${words.name} of ${filling.text}`
  if (typical === null) return `${subject} ${effect}.`
  const isNumber = typical.kind === 'number'
  if (!isMissing(value) && filling.text === typicalText) return `${subject} ${effect}, although it is ${isNumber ? 'the typical value' : 'the most frequent'}.`
  return `${subject} ${effect}; ${isNumber ? 'the typical case has' : 'the most frequent is'} ${typicalText}.`
}

/** The value in brackets, where German needs no case endings. */
function germanSentence({ field, words, typical, typicalText }: Facts, value: unknown, { effect }: Effect): string {
  if (field.isSensitive) return `${words.name} ${effect}.`
  const { text } = words.filling(value)
  const subject = `${words.name} (${text})`
  if (typical === null) return `${subject} ${effect}.`
  const isNumber = typical.kind === 'number'
  if (!isMissing(value) && text === typicalText) return `${subject} ${effect}, obwohl es der ${isNumber ? 'typische' : 'häufigste'} Wert ist.`
  return `${subject} ${effect}; ${isNumber ? 'im typischen Fall' : 'am häufigsten'}: ${typicalText}.`
}

/** Categories are kept as text in the reference. */
function typicalValue(field: Field, typical: NonNullable<Typical>): unknown {
  return typical.kind === 'category' && field.type === 'boolean' ? typical.value === 'true' : typical.value
}

type Templates = Partial<Record<Reason['direction'] | 'missing', Message<TemplateSlot>>>

function templatesOf(field: Field, settings: ReasonSettings, locale: Locale): Templates {
  const told = own(settings.templates, field.name)
  const templates: Templates = {}
  for (const kind of ['raised', 'lowered', 'missing'] as const) {
    const text = told?.[kind]?.[locale]
    // The field may have become sensitive with a version that is newer than the settings.
    if (text === undefined || (field.isSensitive && writesValue(text))) continue
    templates[kind] = compileMessage(text, TEMPLATE_SLOTS, locale)
  }
  return templates
}

/** @throws MessageError */
export function writesValue(template: string): boolean {
  const { used } = slotsOf(template, TEMPLATE_SLOTS)
  return VALUE_SLOTS.some((slot) => used.has(slot))
}
