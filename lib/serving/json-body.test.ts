import { describe, expect, it } from 'vitest'
import { parseJson, refuseLargeSingle, requireJson } from './json-body'

const code = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('the JSON body', () => {
  it.each([
    ['{"inputs": {"a": "]]][[[\\\\\\""}}', { inputs: { a: ']]][[[\\"' } }],
    [`{"a": "\\"${'['.repeat(40)}"}`, { a: `"${'['.repeat(40)}` }],
    ['{"a": "\\\\"}', { a: '\\' }],
    ['[1e2]', [100]],
    ['{"a": {"a": 1}, "b": [{"a": "a:b"}, {"a": null}]}', { a: { a: 1 }, b: [{ a: 'a:b' }, { a: null }] }],
  ])('reads %s', (text, value) => expect(parseJson(text)).toEqual(value))

  it.each([
    ['{', 'json_malformed'],
    ['', 'json_malformed'],
    ["{'a': 1}", 'json_malformed'],
    ['{"a": "NaN" ', 'json_malformed'],
    ['{"a": NaN}', 'number_not_finite'],
    ['{"a": -Infinity}', 'number_not_finite'],
    ['['.repeat(10_000), 'too_deep'],
    ['{"a":'.repeat(33) + '1' + '}'.repeat(33), 'too_deep'],
    ['"unfinished [[[[', 'json_malformed'],
    ['{"a": 1, "a": 2}', 'name_repeated'],
    [`[${'{},'.repeat(100_000)}{}]`, 'body_too_complex'],
    [`[${'1,'.repeat(2_000_001)}1]`, 'body_too_complex'],
    ['{"inputs": [{"a": 1}, {"b": "{", "a": 1, "\\u0061": 2}]}', 'name_repeated'],
    ['{"__proto__": 1, "__proto__": {}}', 'name_repeated'],
  ])('refuses %.40s as %s', (text, expected) => expect(code(() => parseJson(text))).toBe(expected))

  it('keeps a member called __proto__ as a member', () => {
    expect(Object.keys(parseJson('{"__proto__": {"isAdmin": true}}') as object)).toEqual(['__proto__'])
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it.each(['"' + '\\"'.repeat(500_000), '\\"'.repeat(500_000), `{"a": NaN${',"'.repeat(500_000)}`])('refuses a megabyte of quotes without going over it again and again: %.12s', (text) => {
    const startedAt = performance.now()
    expect(code(() => parseJson(text))).toMatch(/^(json_malformed|number_not_finite)$/)
    expect(performance.now() - startedAt).toBeLessThan(2000)
  })

  it('takes ten megabytes as a list only', () => {
    expect(code(() => parseJson(' '.repeat(10 * 1024 * 1024 + 1)))).toBe('body_too_large')
    expect(code(() => refuseLargeSingle({ inputs: {} }, 2 * 1024 * 1024))).toBe('body_too_large')
    expect(code(() => refuseLargeSingle({ inputs: [{}] }, 2 * 1024 * 1024))).toBeUndefined()
  })

  it.each([
    ['application/json', null, undefined],
    ['application/json; charset=utf-8', undefined, undefined],
    ['application/vnd.api+json', 'identity', undefined],
    ['text/plain', null, 'content_type'],
    ['application/jsonp', null, 'content_type'],
    [undefined, null, 'content_type'],
    ['application/json', 'gzip', 'content_encoding'],
  ])('judges content type %s with encoding %s', (type, encoding, expected) => expect(code(() => requireJson(type, encoding))).toBe(expected))
})
