import { describe, expect, it } from 'vitest'
import type { Field, Signature } from '@/lib/registry/contract'
import { isProblem } from '@/lib/platform/errors'
import { csvGiven } from './csv'
import { columnFormat, rowFormat, splitFormat, type Given } from './given'
import { rowsOf, type ExtraColumns } from './rows'

const KINDS = { age: 'float32', visits: 'int64', insured: 'bool', place: 'string' } as const

function signatureOf(names: (keyof typeof KINDS)[], optional: string[] = []): Signature {
  const fields = names.map((name): Field => ({
    name, displayName: name, type: 'number', tensor: KINDS[name], column: 0, mayBeMissing: optional.includes(name),
    isSensitive: false, isActionable: false, isRequired: false, isClosed: false,
    ...(name === 'place' ? { type: 'category' as const, categories: ['NA', 'Old Town'] } : {}),
  }))
  const tensors = Object.values(KINDS).map((elementType) => ({ name: elementType, elementType, shape: [null, 1], fields: [] }))
  return { fields, tensors, outputs: [], task: 'binary', rowsPerRun: null, scoreMeaning: '' }
}

const all = signatureOf(['age', 'visits', 'insured', 'place'])
const row = { age: 44, visits: 2, insured: true, place: 'Old Town' }

function read(given: () => Given, signature = all, extra: ExtraColumns = 'refuse'): unknown {
  try {
    return rowsOf(given(), signature, extra)
  } catch (error) {
    if (!isProblem(error)) throw error
    return `${error.fields[0]?.path}: ${error.message}`
  }
}

describe('rows of other protocols', () => {
  it.each<[name: string, given: () => Given, expected: unknown]>([
    ['records', () => rowFormat([row, { age: 1 }], 'instances'), [row, { age: 1 }]],
    ['lists in the model’s order', () => rowFormat([[44, 2, true, 'Old Town']], 'instances'), [row]],
    ['a matrix of one row inside a list', () => rowFormat([[[44, 2, true, 'Old Town']]], 'instances'), [row]],
    ['tensors of one value', () => rowFormat([{ age: [44], visits: [[2]], insured: true, place: { b64: 'T2xkIFRvd24=' } }], 'instances'), [row]],
    ['columns', () => columnFormat({ age: [44, 31], visits: [2, 0] }, 'inputs'), [{ age: 44, visits: 2 }, { age: 31, visits: 0 }]],
    ['columns of columns', () => columnFormat({ age: [[44], [31]] }, 'inputs'), [{ age: 44 }, { age: 31 }]],
    ['one row without lists', () => columnFormat(row, 'inputs'), [row]],
    ['lists as inputs', () => columnFormat([[44, 2, true, 'Old Town']], 'inputs'), [row]],
    ['a frame', () => splitFormat({ columns: ['visits', 'age'], index: [7], data: [[2, 44]] }, 'f'), [{ visits: 2, age: 44 }]],
    ['a frame without names', () => splitFormat({ data: [[44, 2, true, 'Old Town']] }, 'f'), [row]],
    ['a frame with numbers for names', () => splitFormat({ columns: [0, 1, 2, 3], data: [[44, 2, true, 'Old Town']] }, 'f'), [row]],
    ['a frame with missing values', () => splitFormat({ columns: ['age', 'place'], data: [[null, null]] }, 'f'), [{ age: null, place: null }]],
    ['CSV', () => csvGiven('age,visits,insured,place\n44,2,True,"Old Town"\r\n\n31.5,,false,"a,""b"""\n', true), [row, { age: 31.5, visits: null, insured: false, place: 'a,"b"' }]],
    ['CSV without header', () => csvGiven('44,2,true,Old Town', false), [row]],
    ['pandas’ missing values, but no category of the model’s own', () => csvGiven('age,place\nnan,NA\n<NA>,None\n', true), [{ age: null, place: 'NA' }, { age: null, place: null }]],
    ['numbers as CSV has them', () => csvGiven('age\n-1.5e3\n.5\n1_000\ninf\n', true), [{ age: -1500 }, { age: 0.5 }, { age: '1_000' }, { age: 'inf' }]],
    ['a line that ends early', () => csvGiven('age,visits\n44\n', true), [{ age: 44, visits: null }]],
    ['the index that pandas writes', () => csvGiven(',age\n0,44\n1,31\n', true), [{ age: 44 }, { age: 31 }]],
    ['unknown names, for serving to refuse', () => rowFormat([{ agee: 1 }], 'instances'), [{ agee: 1 }]],
  ])('reads %s', (_, given, expected) => {
    expect(read(given)).toEqual(expected)
  })

  it.each<[name: string, given: () => Given, expected: string]>([
    ['no list', () => rowFormat({}, 'instances'), 'instances: instances must be a list with an entry for each row, not an object.'],
    ['no rows', () => rowFormat([], 'instances'), 'instances[0]: Send at least one row.'],
    ['too many rows', () => rowFormat(new Array(1001).fill(row), 'instances'), 'instances[1000]: Send at most 1000 rows in a call, not 1001.'],
    ['a row that is a text among objects', () => rowFormat([row, 'x'], 'instances'), 'instances[1]: A row must be an object of fields or a list of values, not a text.'],
    ['values for a model of several fields', () => rowFormat([1, 2], 'instances'), 'instances[0]: The model has 4 fields, and this row has 1 values.'],
    ['columns of different lengths', () => columnFormat({ age: [1], visits: [1, 2] }, 'inputs'), 'inputs.visits: Every column of inputs must be a list of the same length.'],
    ['a column beside a value', () => columnFormat({ age: [1], visits: 1 }, 'inputs'), 'inputs.visits: Every column of inputs must be a list of the same length.'],
    ['a frame without data', () => splitFormat({ columns: [] }, 'f'), 'f: f must have data and may have columns and index.'],
    ['a frame with more', () => splitFormat({ data: [], dtype: 1 }, 'f'), 'f: f must have data and may have columns and index, not dtype.'],
    ['a frame’s short row', () => splitFormat({ columns: ['age', 'visits'], data: [[1, 2], [3]] }, 'f'), 'f.data[1]: There are 2 columns, and this row has 1 values.'],
    ['a frame with a column twice', () => splitFormat({ columns: ['age', 'age'], data: [[1, 2]] }, 'f'), 'f.data[0]: The column age is there twice.'],
    ['a line that is too long', () => csvGiven('age\n1,2\n', true), 'row 1: There are 1 columns, and this row has 2 values.'],
    ['an open quote', () => csvGiven('age\n"1\n', true), 'line 2: Line 2 has a quote that is not closed, or text beside it.'],
    ['an empty file', () => csvGiven('', true), 'row 1: Send at least one row.'],
  ])('refuses %s', (_, given, expected) => {
    expect(read(given)).toBe(expected)
  })

  it('takes a value for each row of a model with one field', () => {
    expect(read(() => rowFormat([1, 2], 'instances'), signatureOf(['age']))).toEqual([{ age: 1 }, { age: 2 }])
  })

  it('drops what the model does not know, unless a field that may be missing is: then it is probably that one', () => {
    const signature = signatureOf(['age', 'place'], ['place'])
    const frame = () => splitFormat({ columns: ['id', 'age', 'place'], data: [[9, 44, 'x']] }, 'f')
    expect(read(frame, signature, 'drop')).toEqual([{ age: 44, place: 'x' }])
    expect(read(frame, signature, 'refuse')).toEqual([{ id: 9, age: 44, place: 'x' }])
    expect(read(() => rowFormat([{ id: 9, age: 44, place: null }], 'r'), signature, 'drop')).toEqual([{ age: 44, place: null }])
    expect(read(() => rowFormat([{ plaec: 'x', age: 44 }], 'r'), signature, 'drop')).toEqual([{ plaec: 'x', age: 44 }])
  })

  it('makes no prototype of a name', () => {
    const [made] = rowsOf(splitFormat(JSON.parse('{"columns": ["__proto__", "age"], "data": [[{"polluted": true}, 1]]}'), 'f'), all, 'refuse')
    expect(Object.keys(made ?? {})).toEqual(['__proto__', 'age'])
    expect((made as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
