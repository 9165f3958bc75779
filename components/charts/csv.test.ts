import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { toCsv } from '@/lib/platform/csv'
import { tableToCsv } from './csv'

describe('toCsv', () => {
  it('quotes commas, quotes, line breaks and outer blanks', () => {
    expect(toCsv([['a,b', 'say "no"', 'two\nlines', ' padded']])).toBe('"a,b","say ""no""","two\nlines"," padded"\r\n')
  })

  it.each(['=1+1', '+1', '-cmd', '@SUM(A1)', '\tx', '\rx'])('disarms %j as a formula', (text) => {
    const cell = Papa.parse<string[]>(toCsv([[text]])).data[0]?.[0]
    expect(cell).toBe(`'${text}`)
  })

  it('keeps numbers bare, negative ones too, and leaves the unknown empty', () => {
    expect(toCsv([[-1.5, 0, null, Number.NaN, Infinity]])).toBe('-1.5,0,,,\r\n')
  })

  it('is read back by another parser as written', () => {
    const text = fc.string().filter((value) => !/^[=+\-@\t\r]/.test(value))
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (rows) => {
        const parsed = Papa.parse<string[]>(toCsv(rows), { delimiter: ',', newline: '\r\n' }).data
        expect(parsed.slice(0, -1)).toEqual(rows)
      }),
    )
  })
})

describe('tableToCsv', () => {
  it('writes raw values under the column labels', () => {
    const table = {
      columns: [{ label: 'Time' }, { label: 'PSI', numeric: true }],
      rows: [[{ text: '3 May', raw: '2026-05-03T00:00:00.000Z' }, { text: '0.310', raw: 0.3104 }]],
    }
    expect(tableToCsv(table)).toBe('Time,PSI\r\n2026-05-03T00:00:00.000Z,0.3104\r\n')
  })
})
