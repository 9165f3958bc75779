import { describe, expect, it } from 'vitest'
import { prepareBars } from './prepare'

describe('prepareBars', () => {
  it('ranks by size whatever the sign, names as tie-break', () => {
    const { bars } = prepareBars({
      items: [
        { id: '1', label: 'small', value: 1 },
        { id: '2', label: 'b', value: -3 },
        { id: '3', label: 'a', value: 3 },
        { id: '4', label: 'broken', value: Number.NaN },
      ],
    })
    expect(bars.map((bar) => bar.label)).toEqual(['a', 'b', 'small'])
  })

  it('counts what the limit hides and keeps it in the table', () => {
    const items = Array.from({ length: 5 }, (_, index) => ({ id: `${index}`, label: `f${index}`, value: index }))
    const { bars, hiddenCount, table } = prepareBars({ items, limit: 2 })
    expect(bars).toHaveLength(2)
    expect(hiddenCount).toBe(3)
    expect(table.rows).toHaveLength(5)
  })

  it('has zero and the whiskers inside the axis', () => {
    expect(prepareBars({ items: [{ id: 'a', label: 'a', value: 2, low: 1, high: 4 }] }).domain).toEqual([0, 4])
    expect(prepareBars({ items: [{ id: 'a', label: 'a', value: -2, low: -3, high: -1 }] }).domain).toEqual([-3, 0])
    expect(prepareBars({ items: [{ id: 'a', label: 'a', value: 0 }] }).domain).toEqual([0, 1])
  })

  it('adds interval columns only when there are intervals', () => {
    const without = prepareBars({ items: [{ id: 'a', label: 'a', value: 0.5 }], valueLabel: 'Importance', format: 'score' })
    expect(without.table.columns.map((column) => column.label)).toEqual(['Name', 'Importance'])
    const mixed = prepareBars({
      items: [
        { id: 'a', label: 'a', value: 0.5, low: 0.4, high: 0.6 },
        { id: 'b', label: 'b', value: 0.1 },
      ],
      format: 'score',
    })
    expect(mixed.table.rows.map((row) => row.map((cell) => cell.text))).toEqual([
      ['a', '0.500', '0.400', '0.600'],
      ['b', '0.100', '–', '–'],
    ])
  })

  it('is empty without usable items', () => {
    expect(prepareBars({ items: [] }).isEmpty).toBe(true)
  })
})
