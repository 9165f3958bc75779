import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { booleanOfText, DecimalReader, numberOfText } from './decimal'

const read = (text: string, hasDecimalComma = false) => {
  const reader = new DecimalReader(hasDecimalComma)
  const value = reader.read(Buffer.from(`${text}\n`), 0)
  return { value, end: reader.end }
}

describe('numbers out of bytes', () => {
  it('are what Number() says, to the bit, or left to it', () => {
    let left = 0
    let all = 0
    const check = (text: string) => {
      const { value, end } = read(text)
      all += 1
      if (Number.isNaN(value)) left += 1
      else {
        expect(end).toBe(text.length)
        expect(Object.is(value, Number(text)), text).toBe(true)
      }
    }
    const digits = (least: number, most: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((list) => list.join(''))
    const decimal = fc.tuple(fc.constantFrom('', '-'), digits(0, 12), fc.constantFrom('', '.'), digits(0, 12)).filter(([, a, , b]) => a + b !== '')
    fc.assert(fc.property(decimal, (parts) => check(parts.join(''))), { numRuns: 3000 })
    // As programs write a float64, and a float32 that became one.
    fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((value) => !/e/.test(String(value))), (value) => check(String(value))), { numRuns: 3000 })
    fc.assert(fc.property(fc.float({ min: -5, max: 5, noNaN: true }).filter((value) => !/e/.test(String(value))), (value) => check(String(value))), { numRuns: 3000 })
    // The exception is the rare one, or nothing was tested.
    expect(left / all).toBeLessThan(0.2)
  })

  it('round as the text does in the middle between two float64', () => {
    for (const text of ['9007199254740993', '9007199254740992.5', '900719925474099.35', '0.5000000000000000277', '4503599627370497.5', '0.30000000000000004']) {
      const { value } = read(text)
      if (!Number.isNaN(value)) expect(value, text).toBe(Number(text))
    }
    expect(read('0.8444218515250481').value).toBe(0.8444218515250481)
  })

  it('may have a decimal comma, and the point too', () => {
    expect(read('1,5', true)).toEqual({ value: 1.5, end: 3 })
    expect(read('1.5', true)).toEqual({ value: 1.5, end: 3 })
    expect(read('1,5')).toEqual({ value: 1, end: 1 })
  })

  it.each([
    ['', null],
    ['  ', null],
    ['NaN', null],
    [' 12 ', 12],
    ['+1.5e3', 1500],
    ['.5', 0.5],
    ['5.', 5],
    ['1e999', Infinity],
    ['-inf', -Infinity],
    ['1,5', undefined],
    ['1.234.567', undefined],
    ['0x10', undefined],
    ['twelve', undefined],
    ['1_000', undefined],
  ])('of the text %j are %j', (text, value) => {
    expect(numberOfText(text, false)).toBe(value)
  })

  it('of a text with a decimal comma', () => {
    expect(numberOfText('-1,5', true)).toBe(-1.5)
    expect(numberOfText('1.234,5', true)).toBeUndefined()
  })

  it.each([
    ['TRUE', true],
    ['0', false],
    ['', null],
    ['yes', undefined],
  ])('truth of the text %j is %j', (text, value) => {
    expect(booleanOfText(text)).toBe(value)
  })
})
