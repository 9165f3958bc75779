import { describe, expect, it } from 'vitest'
import type { Field, Signature } from '@/lib/registry/contract'
import { reasonSettingsSchema, type ReasonSettingsInput } from '../../contract'
import { checkReasonSettings } from '../reasons'
import { readReference } from '../reference-place'
import { composeLetter, DEFAULT_LETTERS, isAgainst, type LetterFacts } from './index'

const field = (name: string, more: Partial<Field>): Field => ({
  name, type: 'number', tensor: name, column: 0, mayBeMissing: true, displayName: name, isSensitive: false,
  isActionable: false, isRequired: false, isClosed: false, ...more,
})
const signature: Signature = {
  fields: [
    field('duration', { displayName: 'Duration', unit: 'months' }),
    field('account', { displayName: 'Checking account', type: 'text', categoryLabels: { A11: 'overdrawn' } }),
    field('age', { displayName: 'Age', isSensitive: true }),
    field('tribe', { displayName: 'Tribe' }),
  ],
  tensors: [], outputs: [], task: 'binary', classes: [0, 1], positiveClass: 1, rowsPerRun: null,
  scoreMeaning: 'risk', decision: { threshold: 0.5, above: 'not approved', below: 'approved' },
}
const settings: ReasonSettingsInput = {
  score: { en: 'the risk', de: 'das Risiko' }, forbidden: ['tribe'], names: { duration: { de: 'Laufzeit' } },
  codes: [{ code: 'AA02', text: { en: 'Checking account overdrawn', de: 'Girokonto überzogen' }, fields: ['account'] }],
}
const facts = (more: Partial<LetterFacts> = {}, told: ReasonSettingsInput = settings): LetterFacts => ({
  signature,
  settings: reasonSettingsSchema.parse(told),
  reference: readReference(signature, null),
  prediction: { id: '0198c1f2-aaaa-7000-8000-0123456789ab', at: Date.UTC(2026, 4, 3, 14), label: '1', score: 0.7312345, subject: 'C-1000' },
  row: { duration: 48, account: 'A11', age: 31, tribe: 5 },
  explanation: { values: [0.5, 1.25, 0.3, 4], errors: [], scale: 'margin' },
  owner: 'Lending, Cedar Credit Union',
  today: Date.UTC(2026, 4, 4, 9),
  alternatives: [],
  ...more,
})

describe('the letter', () => {
  it('names the principal reasons, by the lender’s list or in a sentence, and no internal number', () => {
    const letter = composeLetter(facts(), 'en')
    expect(letter).toContain('1. Checking account overdrawn.\n2. Duration of 48 months raises the risk somewhat.\n3. Age raises the risk somewhat.')
    expect(letter).toContain('Your case of 3 May 2026\nYour number with us: C-1000\nOur reference: 0198c1f2-aaaa-7000-8000-0123456789ab')
    expect(letter).toContain('The result: not approved.')
    expect(letter).not.toMatch(/0\.7|73|1\.25|Tribe|AA02|31|\{|\}|percentage/)
    // What could change is left out with its heading.
    expect(letter).not.toContain('With these differences')
  })

  it('gives amounts in no scale', () => {
    expect(composeLetter(facts({ explanation: { values: [0.12, 0, 0, 0], errors: [], scale: 'probability' } }), 'en')).toContain('1. Duration of 48 months raises the risk most.\n\nYou may ask')
  })

  it('is written in German', () => {
    const letter = composeLetter(facts(), 'de')
    expect(letter).toContain('Ihr Anliegen vom 3. Mai 2026')
    expect(letter).toContain('1. Girokonto überzogen.\n2. Laufzeit (48 Monate) erhöht das Risiko etwas.')
    // Nobody told what the decision is in German.
    expect(letter).not.toContain('Das Ergebnis')
    expect(composeLetter(facts({}, { ...settings, decision: { above: { de: 'abgelehnt' } } }), 'de')).toContain('Das Ergebnis: abgelehnt.')
  })

  it('says what could change, whole sets of changes only', () => {
    const alternatives = [
      [{ field: 'duration', from: 48, to: 12 }],
      [{ field: 'duration', from: 48, to: 1 }, { field: 'account', from: 'A11', to: 'A14' }],
      [{ field: 'duration', from: 48, to: 24 }, { field: 'age', from: 31, to: 50 }],
      [{ field: 'tribe', from: 5, to: 1 }],
    ]
    const letter = composeLetter(facts({ alternatives }), 'en')
    expect(letter).toContain('1. Duration: 12 months instead of 48 months.\n2. Duration: 1 month instead of 48 months; and Checking account: A14 instead of overdrawn.\nThis describes')
    expect(letter).not.toMatch(/24 months|50|Tribe/)
    expect(composeLetter(facts({ alternatives }), 'de')).toContain('1. Laufzeit: 12 Monate statt 48 Monate.')
  })

  it('leaves out lines and paragraphs that have nothing to say', () => {
    const told = { ...settings, letter: { en: 'To {subject}\nDear customer,\n\n\nwhat could change:\n{changes}\n\nReasons:\n{reasons}\n\n{owner}' } }
    expect(composeLetter(facts({ prediction: { ...facts().prediction, subject: null }, row: {}, explanation: { values: [0, 1, 0, 0], errors: [], scale: 'margin' } }, told), 'en')).toBe(
      'Dear customer,\n\nReasons:\n1. Checking account overdrawn.\n\nLending, Cedar Credit Union',
    )
  })

  it('knows which answer is against the person', () => {
    expect([isAgainst(signature, 0.5, 'raised'), isAgainst(signature, 0.49, 'raised'), isAgainst(signature, 0.49, 'lowered'), isAgainst({}, 0.9, 'raised')]).toEqual([true, false, true, null])
  })

  it('has templates to begin with that would be taken', () => {
    expect(checkReasonSettings(reasonSettingsSchema.parse({ letter: DEFAULT_LETTERS }), signature.fields)).toEqual([])
  })
})
