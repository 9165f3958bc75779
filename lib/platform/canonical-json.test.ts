// RFC 8785 with its own examples: appendix B for numbers, section 3.2.3 for the order of members.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './crypto'

const fromBits = (hex: string) => Buffer.from(hex, 'hex').readDoubleBE()

describe('canonical JSON against RFC 8785', () => {
  it.each([
    ['0000000000000000', '0'], ['8000000000000000', '0'], ['0000000000000001', '5e-324'], ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'], ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'], ['c340000000000000', '-9007199254740992'], ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'], ['44b52d02c7e14af6', '1e+23'], ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'], ['444b1ae4d6e2ef4f', '999999999999999900000'], ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'], ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'], ['41b3de4355555554', '333333333.33333325'], ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'], ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'], ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number %s as %s', (hex, expected) => {
    expect(canonicalJson(fromBits(hex))).toBe(expected)
  })

  it('refuses NaN and infinities', () => {
    for (const hex of ['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000']) expect(() => canonicalJson([fromBits(hex)])).toThrow(RangeError)
  })

  it('sorts members as section 3.2.3 does, and writes only the white space that is data', () => {
    const value = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', 1: 'One', '\ud83d\ude00': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' }
    const names = Object.keys(JSON.parse(canonicalJson(value)) as object).filter((name) => name !== '1')
    expect(names).toEqual(['\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'])
    expect(canonicalJson({ 10: 1, 9: 2, b: [1, { d: ' ', c: null }], a: true })).toBe('{"10":1,"9":2,"a":true,"b":[1,{"c":null,"d":" "}]}')
  })

  it('escapes what section 3.2.2.2 names, and nothing else', () => {
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\\\"/\u007f\u2028')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f\u2028"')
    expect(canonicalJson('\b\t\n\f\r\u0000\u001f')).toBe('"\\b\\t\\n\\f\\r\\u0000\\u001f"')
  })

  it('refuses half of a surrogate pair, in values and in names, and takes whole ones', () => {
    for (const text of ['\ud800', 'a\udc00', '\udc00\ud800', '\ud83d\ude00\ud83d', '\ud83dx\ude00']) {
      expect(() => canonicalJson({ a: [text] }), JSON.stringify(text)).toThrow(expect.objectContaining({ code: 'value_refused' }) as Error)
      expect(() => canonicalJson({ [text]: 1 })).toThrow(expect.objectContaining({ code: 'value_refused' }) as Error)
    }
    expect(canonicalJson('\ud83d\ude00\ud83d\ude00')).toBe('"\ud83d\ude00\ud83d\ude00"')
  })

  it('refuses what JSON has not, and takes toJSON as JSON.stringify does', () => {
    for (const value of [1n, () => 1, Symbol('s'), new Map(), new Set(), new Uint8Array(1), undefined]) expect(() => canonicalJson(value)).toThrow(TypeError)
    expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}')
    expect(canonicalJson(JSON.parse('{"__proto__":{"b":1},"a":2}'))).toBe('{"__proto__":{"b":1},"a":2}')
  })

  it('is its own fixed point, and says the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
