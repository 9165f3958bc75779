import { describe, expect, it } from 'vitest'
import type { FieldProblem } from '@/lib/platform/errors'
import type { Field, Signature } from '@/lib/registry/contract'
import { readPredictCall } from './predict-call'
import { compileValidator, MOST_PROBLEMS } from './validation'

function field(name: string, change: Partial<Field> = {}): Field {
  return {
    name, type: 'number', tensor: name, column: 0, mayBeMissing: true, displayName: name, isSensitive: false,
    isActionable: false, isRequired: false, isClosed: false, ...change,
  }
}

const fields = [
  field('age', { min: 0, max: 120, unit: 'years', isRequired: true }),
  field('visits', { type: 'integer' }),
  field('city', { type: 'category', categories: ['Graz', 'Linz'], isClosed: true }),
  field('note', { type: 'text' }),
  field('member', { type: 'boolean', mayBeMissing: false }),
]
const elementTypes: Record<string, string> = { age: 'float32', visits: 'int64', city: 'string', note: 'string', member: 'bool' }
const signature = {
  fields,
  tensors: fields.map(({ name }) => ({ name, elementType: elementTypes[name] ?? 'float32', shape: [null, 1], fields: [name] })),
  outputs: [], task: 'regression', rowsPerRun: null, scoreMeaning: '',
} as Signature
const good = { age: 44, visits: 2, city: 'Graz', note: 'second visit', member: true }

function check(row: unknown): { values: unknown; problems: FieldProblem[] } {
  const problems: FieldProblem[] = []
  return { values: compileValidator(signature)(row, 'inputs', problems), problems }
}

describe('validation of a row', () => {
  it('names a few of very many unknown fields and members, not each', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`agee${index}`, 1]))
    expect(check({ ...good, ...many }).problems).toHaveLength(MOST_PROBLEMS)
    const refused = () => readPredictCall({ inputs: {}, subject: 1, ...many })
    expect(refused).toThrow(expect.objectContaining({ fields: expect.objectContaining({ length: MOST_PROBLEMS }) as unknown }) as Error)
  })

  it('gives the values in the order of the signature, null for what was not given', () => {
    expect(check({ member: false, age: 3 })).toEqual({ values: [3, null, null, null, false], problems: [] })
    expect(check({ ...good, note: null }).values).toEqual([44, 2, 'Graz', null, true])
  })

  it.each([
    [{ age: undefined }, 'inputs.age', 'required', 'age is required.'],
    [{ age: null }, 'inputs.age', 'required', 'age is required.'],
    [{ member: null }, 'inputs.member', 'required', 'member is required.'],
    [{ age: '44' }, 'inputs.age', 'type', 'age must be a number, not a text.'],
    [{ age: [44] }, 'inputs.age', 'type', 'age must be a number, not a list.'],
    [{ age: { value: 44 } }, 'inputs.age', 'type', 'age must be a number, not an object.'],
    [{ age: -0.5 }, 'inputs.age', 'min', 'age must be at least 0 years.'],
    [{ age: 121 }, 'inputs.age', 'max', 'age must be at most 120 years.'],
    [{ age: JSON.parse('1e999') as number }, 'inputs.age', 'finite', 'age is larger than a number can be.'],
    [{ visits: 1.5 }, 'inputs.visits', 'integer', 'visits must be a whole number.'],
    [{ visits: 2 ** 60 }, 'inputs.visits', 'max', `visits must be at most ${Number.MAX_SAFE_INTEGER}.`],
    [{ city: 'Wien' }, 'inputs.city', 'category', 'city must be one of Graz, Linz.'],
    [{ city: 3 }, 'inputs.city', 'type', 'city must be a text, not a number.'],
    [{ note: 'x'.repeat(1001) }, 'inputs.note', 'max-length', 'note may have at most 1000 characters.'],
    [{ member: 1 }, 'inputs.member', 'type', 'member must be true or false, not a number.'],
    [{ agee: 1 }, 'inputs.agee', 'unknown-field', 'The model has no field agee. Did you mean age?'],
    [{ colour: 'red' }, 'inputs.colour', 'unknown-field', 'The model has no field colour. Leave it out.'],
  ])('%j', (change, path, rule, message) => {
    const { values, problems } = check({ ...good, ...change })
    expect(values).toBeNull()
    expect(problems).toEqual([{ path, rule, message }])
  })

  it('reads own properties only, whatever the row inherits', () => {
    const row: unknown = JSON.parse('{"__proto__": {"age": 3}, "member": true}')
    expect(check(row).problems.map((problem) => problem.path)).toEqual(['inputs.age', 'inputs.__proto__'])
    expect(check(Object.create(good)).problems.map((problem) => problem.rule)).toEqual(['required', 'required'])
    expect(({} as Record<string, unknown>).age).toBeUndefined()
  })

  it.each([[[1, 2]], ['text'], [null], [7]])('refuses %j as a row', (row) => {
    expect(check(row).problems).toMatchObject([{ path: 'inputs', rule: 'type' }])
  })
})
