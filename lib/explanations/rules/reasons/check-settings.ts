// What is wrong with a model's reason settings, each at its path.
import type { FieldProblem } from '@/lib/platform/errors'
import type { Field } from '@/lib/registry/contract'
import { LOCALES, type ReasonSettings } from '../../contract'
import { LETTER_SLOTS } from '../letter/template'
import { UNIT_SLOTS } from './field-words'
import { MessageError, slotsOf } from './message'
import { claimsCause } from './no-cause'
import { TEMPLATE_SLOTS, writesValue } from './sentence'

type Add = (path: string, rule: string, message: string) => void
type Either = { en?: string | undefined; de?: string | undefined }

/** @param fields of every version the model has */
export function checkReasonSettings(settings: ReasonSettings, fields: readonly Field[]): FieldProblem[] {
  const problems: FieldProblem[] = []
  const add: Add = (path, rule, message) => problems.push({ path, rule, message })
  const byName = new Map(fields.map((field) => [field.name, field]))
  checkNames(settings, byName, add)
  checkTemplates(settings, byName, add)
  checkUnits(settings, fields, add)
  checkCodes(settings, add)
  checkGroups(settings, add)
  settings.forbidden.forEach((name, index) => {
    if (settings.forbidden.indexOf(name) !== index) add(`forbidden.${index}`, 'repeated', `${name} is in the list twice.`)
  })
  checkChanges(settings, byName, add)
  checkTexts(settings, add)
  return problems
}

function checkNames(settings: ReasonSettings, byName: ReadonlyMap<string, Field>, add: Add): void {
  const known = (name: string, path: string) => {
    if (!byName.has(name)) add(path, 'unknown-field', `The model has no field ${name}.`)
  }
  for (const member of ['templates', 'names', 'labels', 'changes'] as const) for (const name of Object.keys(settings[member])) known(name, `${member}.${name}`)
  settings.codes.forEach(({ fields }, code) => fields.forEach((name, index) => known(name, `codes.${code}.fields.${index}`)))
  settings.groups.forEach(({ fields }, group) => fields.forEach((name, index) => known(name, `groups.${group}.fields.${index}`)))
  settings.forbidden.forEach((name, index) => known(name, `forbidden.${index}`))
}

function checkTemplates({ templates, forbidden }: ReasonSettings, byName: ReadonlyMap<string, Field>, add: Add): void {
  for (const [name, kinds] of Object.entries(templates)) {
    const field = byName.get(name)
    if (forbidden.includes(name)) add(`templates.${name}`, 'forbidden-field', `${name} is never cited, so it can have no sentence.`)
    for (const kind of ['raised', 'lowered', 'missing'] as const) {
      for (const locale of LOCALES) {
        const text = kinds[kind]?.[locale]
        if (text === undefined) continue
        const path = `templates.${name}.${kind}.${locale}`
        const slots = checkMessage(text, TEMPLATE_SLOTS, path, add)
        if (slots === null) continue
        for (const slot of slots.counted) {
          if (slot !== 'value' && slot !== 'typical') add(path, 'template', `{${slot}} is a text, which plural cannot count.`)
          else if (field && field.type !== 'number' && field.type !== 'integer') add(path, 'template', `${name} is not a number, which plural could count.`)
        }
        if (field?.isSensitive && writesValue(text)) add(path, 'sensitive-field', `${name} is sensitive, so a sentence must not write down its {value} or what is {typical}.`)
      }
    }
  }
}

function checkUnits({ units }: ReasonSettings, fields: readonly Field[], add: Add): void {
  const known = new Set(fields.flatMap((field) => field.unit ?? []))
  for (const [unit, texts] of Object.entries(units)) {
    if (!known.has(unit)) add(`units.${unit}`, 'unknown-unit', `No field of the model is counted in ${unit}.`)
    for (const locale of LOCALES) {
      const text = texts[locale]
      if (text === undefined) continue
      const slots = checkMessage(text, UNIT_SLOTS, `units.${unit}.${locale}`, add)
      if (slots && !slots.used.has('value')) add(`units.${unit}.${locale}`, 'template', 'The number itself is missing: {value}, or # within {value, plural, …}.')
    }
  }
}

function checkCodes({ codes, forbidden }: ReasonSettings, add: Add): void {
  const ofField = new Map<string, string>()
  const seen = new Set<string>()
  codes.forEach(({ code, fields }, index) => {
    if (seen.has(code)) add(`codes.${index}.code`, 'repeated', `There is a reason ${code} already. List all of its fields there.`)
    seen.add(code)
    fields.forEach((name, place) => {
      const path = `codes.${index}.fields.${place}`
      const other = ofField.get(name)
      if (forbidden.includes(name)) add(path, 'forbidden-field', `${name} is never cited, so no reason can stand for it.`)
      if (other !== undefined) add(path, 'repeated', `${name} already stands for reason ${other}.`)
      ofField.set(name, code)
    })
  })
}

function checkGroups({ groups, forbidden }: ReasonSettings, add: Add): void {
  const ofField = new Map<string, string>()
  groups.forEach(({ name: group, fields }, index) => {
    fields.forEach((name, place) => {
      const path = `groups.${index}.fields.${place}`
      const other = ofField.get(name)
      if (forbidden.includes(name)) add(path, 'forbidden-field', `${name} is never cited, so it can be in no group.`)
      if (other !== undefined) add(path, 'repeated', other === group.en ? `${name} is in this group twice.` : `${name} is already in the group ${other}.`)
      ofField.set(name, group.en)
    })
  })
}

function checkChanges({ changes }: ReasonSettings, byName: ReadonlyMap<string, Field>, add: Add): void {
  for (const [name, { direction, min, max, step }] of Object.entries(changes)) {
    const field = byName.get(name)
    const isNumber = field?.type === 'number' || field?.type === 'integer'
    if (min !== undefined && max !== undefined && min > max) add(`changes.${name}.max`, 'range', 'The upper limit lies below the lower one.')
    if (field === undefined || isNumber) continue
    for (const [member, value] of Object.entries({ direction: direction === 'any' ? undefined : direction, min, max, step })) {
      if (value !== undefined) add(`changes.${name}.${member}`, 'type', `${name} is not a number, so it has no direction, limits or steps.`)
    }
  }
}

/** Texts that people read: none may claim a cause, and those that are no templates have no placeholders. */
function checkTexts(settings: ReasonSettings, add: Add): void {
  const check = (texts: Either | undefined, path: string) => {
    for (const locale of LOCALES) {
      const text = texts?.[locale]
      const words = text === undefined ? null : claimsCause(text)
      if (words !== null) add(`${path}.${locale}`, 'cause', `A reason says what the model did with a value and never claims a cause: leave out “${words}”.`)
    }
  }
  for (const [name, kinds] of Object.entries(settings.templates)) for (const [kind, texts] of Object.entries(kinds)) check(texts, `templates.${name}.${kind}`)
  settings.codes.forEach(({ text }, index) => check(text, `codes.${index}.text`))
  check(settings.letter, 'letter')
  for (const locale of LOCALES) {
    const text = settings.letter[locale]
    const slots = text === undefined ? null : checkMessage(text, LETTER_SLOTS, `letter.${locale}`, add)
    if (slots === null) continue
    if (slots.counted.size > 0) add(`letter.${locale}`, 'template', 'Nothing in a letter can be counted: leave plural out.')
    if (!slots.used.has('reasons')) add(`letter.${locale}`, 'template', 'The letter must have the {reasons}.')
  }
}

function checkMessage(text: string, slots: readonly string[], path: string, add: Add): ReturnType<typeof slotsOf> | null {
  try {
    return slotsOf(text, slots)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    add(path, 'template', error.message)
    return null
  }
}
