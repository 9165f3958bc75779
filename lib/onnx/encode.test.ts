import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileEncoder, EncodeError, type Encoder } from './encode'
import type { GraphSignature, SignatureElementType, SignatureField } from './signature'

function encoder(
  elementType: SignatureElementType,
  shape: (number | null)[],
  fields: [name: string, type: SignatureField['type']][],
): Encoder {
  const signature: GraphSignature = {
    fields: fields.map(([name, type], column) => ({ name, type, tensor: 'X', column, mayBeMissing: true })),
    tensors: [{ name: 'X', elementType, shape, fields: fields.map(([name]) => name) }],
    outputs: [],
    task: 'regression',
    rowsPerRun: null,
  }
  return compileEncoder(signature)
}

function failure(act: () => unknown): { field: string; reason: string; row: number } {
  try {
    act()
  } catch (error) {
    if (error instanceof EncodeError) return { field: error.field, reason: error.reason, row: error.row }
    throw error
  }
  throw new Error('nothing was refused')
}

describe('compileEncoder', () => {
  it('lays rows out one after the other, missing numbers as NaN', () => {
    const { feeds } = encoder('float32', [null, 2], [['a', 'number'], ['b', 'number']]).encode([
      { a: 1, b: 0.1 },
      { b: null },
      { a: undefined, b: -Infinity },
    ])
    expect(feeds['X']).toEqual({
      type: 'float32',
      dims: [3, 2],
      data: Float32Array.of(1, Math.fround(0.1), NaN, NaN, NaN, -Infinity),
    })
  })

  it.each<[string, (number | null)[], number[]]>([
    ['a list', [null], [2]],
    ['a column', [null, 1], [2, 1]],
    ['an open width', [null, null], [2, 1]],
    ['more axes', [null, 1, 1], [2, 1, 1]],
  ])('gives %s its shape', (_, shape, dims) => {
    expect(encoder('float32', shape, [['a', 'number']]).encode([{ a: 1 }, { a: 2 }]).feeds['X']?.dims).toEqual(dims)
  })

  it('takes texts as they are, missing ones as the empty text', () => {
    const { feeds } = encoder('string', [null, 1], [['s', 'category']]).encode([{ s: 'ä\0"' }, {}, { s: null }])
    expect(feeds['X']).toEqual({ type: 'string', dims: [3, 1], data: ['ä\0"', '', ''] })
  })

  it.each<[SignatureElementType, ArrayLike<number | bigint>]>([
    ['int8', Int8Array.of(7, 0)],
    ['int16', Int16Array.of(7, 0)],
    ['int32', Int32Array.of(7, 0)],
    ['int64', BigInt64Array.of(7n, 0n)],
    ['uint8', Uint8Array.of(7, 0)],
    ['uint16', Uint16Array.of(7, 0)],
    ['uint32', Uint32Array.of(7, 0)],
    ['uint64', BigUint64Array.of(7n, 0n)],
    ['float64', Float64Array.of(7, 0)],
  ])('fills %s with whole numbers', (type, data) => {
    expect(
      encoder(type, [null, 1], [['n', 'integer']]).encode([{ n: 7 }, { n: -0 }]).feeds['X']?.data,
    ).toEqual(type === 'float64' ? Float64Array.of(7, -0) : data)
  })

  it('fills flags with ones and zeros', () => {
    expect(
      encoder('bool', [null, 1], [['f', 'boolean']]).encode([{ f: true }, { f: false }]).feeds['X']?.data,
    ).toEqual(Uint8Array.of(1, 0))
  })

  it.each<[string, SignatureElementType, SignatureField['type'], unknown, string]>([
    ['text for a number', 'float32', 'number', '5', 'must be a number, not a string'],
    ['a flag for a number', 'float32', 'number', true, 'must be a number, not a boolean'],
    ['a list for a number', 'float32', 'number', [1], 'must be a number, not a list'],
    ['a bigint for a number', 'float32', 'number', 1n, 'must be a number, not a bigint'],
    ['a fraction for a whole number', 'float32', 'integer', 1.5, 'must be a whole number'],
    ['a number for a text', 'string', 'category', 5, 'must be a text, not a number'],
    ['an object for a text', 'string', 'text', { toString: () => 'secret' }, 'must be a text, not an object'],
    ['a fraction', 'int64', 'integer', 0.5, 'must be a whole number'],
    ['no number', 'int64', 'integer', NaN, 'must be a whole number'],
    ['nothing for a whole number', 'int32', 'integer', null, 'must be a whole number and is missing'],
    ['too much', 'int8', 'integer', 128, 'must lie between -128 and 127'],
    ['less than none', 'uint64', 'integer', -1, `must lie between 0 and ${Number.MAX_SAFE_INTEGER}`],
    ['a number for a flag', 'bool', 'boolean', 1, 'must be true or false, not a number'],
    ['nothing for a flag', 'bool', 'boolean', undefined, 'must be true or false and is missing'],
  ])('refuses %s and says where, not what', (_, elementType, type, wrong, reason) => {
    const good = type === 'boolean' ? true : elementType === 'string' ? 'a' : 1
    const compiled = encoder(elementType, [null, 1], [['field', type]])
    expect(
      failure(() => compiled.encode([{ field: good }, { field: wrong }])),
    ).toEqual({ field: 'field', reason, row: 1 })
  })

  it('reads own properties only', () => {
    const inherited = Object.create({ a: 5 }) as Record<string, unknown>
    const compiled = encoder('float32', [null, 3], [['a', 'number'], ['toString', 'number'], ['__proto__', 'number']])
    expect(compiled.encode([inherited]).feeds['X']?.data).toEqual(Float32Array.of(NaN, NaN, NaN))
    const own = JSON.parse('{"a":1,"toString":2,"__proto__":3}') as Record<string, unknown>
    expect(compiled.encode([own]).feeds['X']?.data).toEqual(Float32Array.of(1, 2, 3))
  })

  it('answers any row with a tensor or with the field that is wrong', () => {
    const compiled = encoder('float32', [null, 2], [['a', 'number'], ['b', 'number']])
    fc.assert(
      fc.property(fc.array(fc.record({ a: fc.anything(), b: fc.anything() }, { requiredKeys: [] })), (rows) => {
        const isFit = rows.every(
          (row) => [row.a, row.b].every((one) => one === null || one === undefined || typeof one === 'number'),
        )
        if (isFit) expect(compiled.encode(rows).feeds['X']?.data).toHaveLength(rows.length * 2)
        else expect(['a', 'b']).toContain(failure(() => compiled.encode(rows)).field)
      }),
    )
  })
})
