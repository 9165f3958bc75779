import { describe, expect, it } from 'vitest'
import type { Locale } from '../../contract'
import { compileMessage, MessageError, slotsOf } from './message'

const SLOTS = ['value', 'name'] as const
const say = (text: string, number: number | null, locale: Locale = 'en') =>
  compileMessage(text, SLOTS, locale)({ name: { text: 'Term' }, value: number === null ? { text: 'twelve' } : { text: `${number} mo`, number, numberText: String(number) } })

describe('messages', () => {
  it.each<[string, number | null, string]>([
    ['{name} is {value}', 12, 'Term is 12 mo'],
    ['{value, plural, one {# month} other {# months}}', 1, '1 month'],
    ['{value, plural, one {# month} other {# months}}', 1.5, '1.5 months'],
    ['{value,plural,=0{no month}one{# month}other{# months}} of {name}', 0, 'no month of Term'],
    ['{value, plural, one {# month} other {# months}}', null, 'twelve months'],
    ['{value, plural, other {{name}: # of {value}}}', 3, 'Term: 3 of 3 mo'],
    ["the competitor's price, '{'braces'}' and # and ''", 1, "the competitor's price, {braces} and # and '"],
    ["{value, plural, other {'#' is #}}", 2, '# is 2'],
    ['', 1, ''],
  ])('fill in %s with %j', (text, number, expected) => {
    expect(say(text, number)).toBe(expected)
  })

  it('count by the rules of the language', () => {
    const german = '{value, plural, one {# Monat} other {# Monate}}'
    expect([0, 1, 2, 1.5].map((number) => say(german, number, 'de'))).toEqual(['0 Monate', '1 Monat', '2 Monate', '1.5 Monate'])
    expect(say('{value, plural, =1 {a single one} one {one} other {#}}', 1)).toBe('a single one')
  })

  it.each<[string, RegExp]>([
    ['{price}', /nothing called \{price\}.*\{value\}, \{name\}/],
    ['{value', /not closed/],
    ['value}', /closing brace/],
    ['{value, select, a {b} other {c}}', /only plural/],
    ['{value, plural, one {# month}}', /needs the form other/],
    ['{value, plural, some {#} other {#}}', /some is no plural form/],
    ['{value, plural, one {#} one {#} other {#}}', /one twice/],
    ['{value, plural, one {# month} other {# months}', /not closed/],
    ['{value, plural, one # other #}', /After one a text in braces/],
    ['{}', /nothing called/],
  ])('refuse %s with a sentence', (text, message) => {
    expect(() => compileMessage(text, SLOTS, 'en')).toThrow(MessageError)
    expect(() => compileMessage(text, SLOTS, 'en')).toThrow(message)
  })

  it('tell which slots they use, within plurals too', () => {
    expect(slotsOf('{value, plural, other {{name} #}}', SLOTS)).toEqual({ used: new Set(['value', 'name']), counted: new Set(['value']) })
  })
})
