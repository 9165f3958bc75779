import { describe, expect, it } from 'vitest'
import { callLimitsSchema, servingSettingsSchema } from '@/lib/serving/contract'
import { draftOf, limitsOf } from './limit-draft'
import { allowanceInWords, changesInWords, limitsInWords, servingInWords } from './limit-words'

const none = callLimitsSchema.parse({})

describe('limits as they are typed', () => {
  it('go there and back, an empty field being no limit', () => {
    const limits = { ...none, rowsASecond: 0.5, rowsAMonth: 1000, deadlineMs: 200 }
    expect(limitsOf(draftOf(limits))).toEqual({ limits })
    expect(limitsOf(draftOf(none))).toEqual({ limits: none })
  })
  it.each([
    ['rowsASecond', 'fast', 'Enter a number above 0, or nothing.'],
    ['rowsAMonth', '1.5', 'Enter a whole number above 0, or nothing.'],
    ['callsAtOnce', '0', 'Enter a whole number above 0 and up to 100,000, or nothing.'],
    ['rowsACall', '1001', 'Enter a whole number above 0 and up to 1,000, or nothing.'],
    ['burstRows', '10', 'Rows at once go with a rate: say the rows a second too.'],
  ] as const)('say what is wrong with %s of %s', (name, text, message) => {
    expect(limitsOf({ ...draftOf(none), [name]: text })).toEqual({ errors: { [name]: message } })
  })
})

describe('limits in words', () => {
  it('name what is set and nothing else', () => {
    expect(limitsInWords(none)).toEqual([])
    expect(allowanceInWords({ ...none, rowsASecond: 2.5, rowsAMonth: 10_000, callsAtOnce: 4, rowsACall: 10, bodyBytes: 2048 })).toEqual([
      '2.5 rows a second, 3 at once', '10,000 rows a month', '4 calls under way at once', '10 rows in a call', '2,048 bytes in a call',
    ])
    expect(limitsInWords({ ...none, deadlineMs: 300 })).toEqual(['answers within 300 ms'])
  })
  it('say for each setting what it does, and of a revision what it changed', () => {
    const before = servingSettingsSchema.parse({ limits: {} })
    expect(servingInWords(before).map(({ label }) => label)).toEqual(['Batching', 'Deadline', 'Without the log', 'Limits', 'Price'])
    const after = servingSettingsSchema.parse({ limits: { rowsASecond: 10 }, withoutLog: 'answer', price: { amount: 1.5, currency: 'EUR' } })
    expect(changesInWords(before, after)).toEqual([
      'Without the log: A prediction that cannot be logged is given with a warning, and an incident is opened.',
      'Limits: All callers together: 10 rows a second, 10 at once.',
      'Price: 1,000 predictions cost 1.5 EUR.',
    ])
    expect(changesInWords(after, after)).toEqual([])
  })
})
