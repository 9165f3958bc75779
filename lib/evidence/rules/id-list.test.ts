import { describe, expect, it } from 'vitest'
import { newId } from '@/lib/platform/ids'
import { MOST_PREDICTIONS } from '../contract/bundle'
import { readIdList } from './id-list'

const [a, b, c] = [newId(), newId(), newId()] as const

describe('a list of prediction ids', () => {
  it.each([
    ['one a line', `${a}\n${b}\n`],
    ['with carriage returns, blank lines, spaces and capitals', `\r\n  ${a.toUpperCase()} \r\n\r\n${b}`],
    ['a CSV with the ids first', `${a},0.4,no\n${b},0.5,yes\n`],
    ['a CSV with a column id', `when,id,score\n2026-05-03,${a},0.4\n2026-05-04,${b},0.5\n`],
    ['a CSV with quoted cells before the column', `"note, with comma","Prediction_ID"\n"said ""yes"", then no",${a}\n"x","${b}"\n`],
    ['semicolons and a byte order mark', `\ufeffid;score\n${a};0,4\n${b};0,5\n`],
    ['tabs', `score\tid\n1\t${a}\n2\t${b}`],
  ])('is read: %s', (_, text) => {
    expect(readIdList(text)).toMatchObject({ ids: [a, b], problems: [] })
  })

  it('names each line that is not in order, and keeps the others with their lines', () => {
    expect(readIdList(`id\n${a}\nP-77\n\n${b}\n${a}\n,x\n${c}`)).toEqual({
      ids: [a, b, c],
      lines: [2, 5, 8],
      problems: [{ line: 3, message: 'is not a prediction id.' }, { line: 6, message: 'repeats line 2.' }, { line: 7, message: 'has no id.' }],
    })
  })

  it('is empty for nothing, and takes no more than a bundle does', () => {
    expect(readIdList(' \n')).toEqual({ ids: [], lines: [], problems: [] })
    const many = Array.from({ length: MOST_PREDICTIONS + 1 }, () => newId())
    expect(readIdList(many.join('\n')).problems).toMatchObject([{ line: MOST_PREDICTIONS + 1 }])
    expect(readIdList(many.slice(1).join('\n')).problems).toEqual([])
  })
})
