import { describe, expect, it } from 'vitest'
import { pythonJson, utf8 } from './body-text'

describe('JSON as Python writes it', () => {
  it.each([
    ['{"a": NaN, "b": [NaN,NaN], "c": "NaN, \\"NaN\\" NaN"}', { a: null, b: [null, null], c: 'NaN, "NaN" NaN' }],
    ['[NaN]', [null]],
    ['NaN', null],
    ['{"NaN": 1}', { NaN: 1 }],
  ])('%s', (text, expected) => {
    expect(pythonJson(text)).toEqual(expected)
  })

  it.each([
    ['Infinity', 'number_not_finite'],
    ['[-Infinity, NaN]', 'number_not_finite'],
    ['[-NaN]', 'number_not_finite'],
    ['{"a": xNaN}', 'json_malformed'],
    ['{"a": NaN', 'json_malformed'],
    ['"NaN', 'json_malformed'],
    ['['.repeat(10_000) + ']'.repeat(10_000), 'too_deep'],
  ])('refuses %.30s', (text, code) => {
    expect(() => pythonJson(text)).toThrow(expect.objectContaining({ code }))
  })

  it('takes a megabyte of unfinished texts in no time', () => {
    const started = performance.now()
    expect(() => pythonJson(`[NaN, ${'"\\"'.repeat(300_000)}`)).toThrow()
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('refuses what is no UTF-8, and leaves a byte order mark out', () => {
    expect(() => utf8(Buffer.from([0x7b, 0xff]))).toThrow(expect.objectContaining({ code: 'text_not_utf8' }))
    expect(utf8(Buffer.from('\ufeff{}'))).toBe('{}')
  })
})
