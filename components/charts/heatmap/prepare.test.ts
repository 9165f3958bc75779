import { describe, expect, it } from 'vitest'
import { prepareHeatmap } from './prepare'

// a-b 1, a-c 4, b-c 2; what each does alone on the diagonal.
const names = ['a', 'b', 'c']
const matrix = [9, 1, 4, 1, 9, 2, 4, 2, 9]

describe('prepareHeatmap', () => {
  it('shows the strongest pairs first, and strength against the largest pair', () => {
    const { names: shown, rows } = prepareHeatmap({ names, matrix })
    expect(shown).toEqual(['a', 'c', 'b'])
    expect(rows[0]?.map((cell) => cell.strength)).toEqual([0, 1, 0.25])
    expect(rows[1]?.[2]).toMatchObject({ row: 'c', column: 'b', value: 2, strength: 0.5 })
  })

  it('lists each pair once in the table, those that are not drawn too', () => {
    const { table, hiddenCount } = prepareHeatmap({ names, matrix, limit: 2 })
    expect(hiddenCount).toBe(1)
    expect(table.rows.map((row) => row.map((cell) => cell.text))).toEqual([['a', 'c', '4'], ['b', 'c', '2'], ['a', 'b', '1']])
  })

  it('is empty where no pair works together', () => {
    expect(prepareHeatmap({ names, matrix: [9, 0, 0, 0, 9, 0, 0, 0, 9] }).isEmpty).toBe(true)
    expect(prepareHeatmap({ names: ['a'], matrix: [1] }).isEmpty).toBe(true)
  })
})
