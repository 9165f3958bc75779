import { describe, expect, it } from 'vitest'
import { EMPTY_DRAFT, errorsByPlace, metadataToSend, readMetadata, shownField, slugFrom, tagsOf, withMetadata } from './draft'

const age = {
  name: 'age', type: 'number', tensor: 'age', column: 0, mayBeMissing: true, displayName: 'Age', unit: 'years', min: 0, max: 120,
  isSensitive: true, isActionable: false, isRequired: false, isClosed: false,
} as const

describe('a registration being filled in', () => {
  it('keeps what was typed when metadata is dropped afterwards', () => {
    const draft = withMetadata({ ...EMPTY_DRAFT, owner: 'Reception' }, { model: 'no-show-risk', owner: 'Nobody', tags: ['a', 'b'] })
    expect(draft).toMatchObject({ model: 'no-show-risk', owner: 'Reception', tags: 'a, b' })
  })

  it('sends edits over the dropped metadata and leaves everything else of it alone', () => {
    const draft = {
      ...EMPTY_DRAFT,
      model: 'm',
      metadata: { model: 'm', positiveClass: 1, fields: { age: { unit: 'years', min: 0, isActionable: true }, sex: { isSensitive: true } } },
      edits: { age: { min: '18', max: '', displayName: 'Age at booking' }, hour: { isSensitive: false } },
    }
    expect(metadataToSend(draft)).toEqual({
      errors: {},
      metadata: {
        positiveClass: 1,
        fields: {
          age: { unit: 'years', min: 18, isActionable: true, displayName: 'Age at booking' },
          sex: { isSensitive: true },
          hour: { isSensitive: false },
        },
      },
    })
  })

  it('finds ranges that are no numbers or upside down, and a missing model', () => {
    const { errors } = metadataToSend({ ...EMPTY_DRAFT, edits: { age: { min: 'young' }, hour: { min: '9', max: '8' } } })
    expect(Object.keys(errors)).toEqual(['fields.age.min', 'fields.hour.min', 'model'])
  })

  it('shows what was typed over what the file says', () => {
    expect(shownField(age, { unit: '', min: '18' })).toEqual({ displayName: 'Age', unit: '', min: '18', max: '120', isSensitive: true })
  })

  it('puts the server’s problems where they belong', () => {
    expect(
      errorsByPlace([
        { path: 'metadata.fields.age.min', message: 'A.' },
        { path: 'fields.age.max', message: 'B.' },
        { path: 'reference', message: 'C.' },
        { path: 'reference', message: 'D.' },
        { path: 'lineage.rows', message: 'E.' },
      ]),
    ).toEqual({ 'fields.age.min': 'A.', 'fields.age.max': 'B.', reference: 'C. D.', metadata: 'E.' })
  })

  it.each([
    ['{', 'not JSON'],
    ['[]', 'object'],
    ['{"lineage":{"rows":-1}}', 'lineage.rows'],
    ['{"threshold":1}', 'threshold'],
  ])('says what is wrong with the metadata %s', (text, words) => {
    const reading = readMetadata(text)
    expect(reading.metadata).toBeNull()
    expect(reading.error).toContain(words)
  })

  it('makes names for addresses and lists of tags', () => {
    expect([slugFrom('No-show risk'), slugFrom('  Prix à l’unité! '), slugFrom('***')]).toEqual(['no-show-risk', 'prix-a-l-unite', ''])
    expect(tagsOf(' eu, core,, eu ')).toEqual(['eu', 'core'])
  })
})
