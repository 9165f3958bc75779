import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prepareWaterfall } from './prepare'

const base = { label: 'Average patient', value: 0.2 }

function contributions(...values: number[]) {
  return values.map((value, index) => ({ id: `f${index}`, label: `Field ${index}`, value, input: `${index} days` }))
}

describe('prepareWaterfall', () => {
  it('walks from base to score, largest contribution first', () => {
    const { steps } = prepareWaterfall({ base, score: { label: 'Score', value: 0.5 }, contributions: contributions(0.1, -0.2, 0.4) })
    expect(steps.map((step) => step.id)).toEqual(['base', 'f2', 'f1', 'f0', 'score'])
    expect(steps[1]).toMatchObject({ from: 0.2, to: 0.6000000000000001 })
    expect(steps[3]?.to).toBeCloseTo(0.5, 12)
  })

  it('folds the small ones into one step but names each in the table', () => {
    const { steps, table } = prepareWaterfall({
      base,
      score: { label: 'Score', value: 0.3 },
      contributions: contributions(0.05, 0.03, 0.01, 0.006, 0.004),
      limit: 2,
    })
    expect(steps.map((step) => step.label)).toEqual(['Average patient', 'Field 0', 'Field 1', 'Other 3 fields', 'Score'])
    expect(steps[3]?.value).toBeCloseTo(0.02, 12)
    expect(table.rows).toHaveLength(7)
  })

  it('does not fold a single field', () => {
    const { steps } = prepareWaterfall({ base, score: { label: 'Score', value: 0.26 }, contributions: contributions(0.03, 0.02, 0.01), limit: 2 })
    expect(steps.map((step) => step.kind)).toEqual(['base', 'contribution', 'contribution', 'contribution', 'score'])
  })

  it('shows what the contributions do not add up to, and stays silent about rounding', () => {
    const off = prepareWaterfall({ base, score: { label: 'Score', value: 0.5 }, contributions: contributions(0.2) })
    expect(off.steps.find((step) => step.kind === 'remainder')?.value).toBeCloseTo(0.1, 12)
    expect(off.table.rows.map((row) => row[0]?.text)).toContain('Not explained')
    const rounded = prepareWaterfall({ base, score: { label: 'Score', value: 0.4 + 1e-9 }, contributions: contributions(0.2) })
    expect(rounded.steps.some((step) => step.kind === 'remainder')).toBe(false)
  })

  it('writes signs, inputs and standard errors in the table', () => {
    const { table } = prepareWaterfall({
      base,
      score: { label: 'Score', value: 0.15 },
      contributions: [{ id: 'age', label: 'Age', value: -0.05, input: '31 years', standardError: 0.002 }],
      format: 'score',
    })
    expect(table.columns.map((column) => column.label)).toEqual(['Field', 'Value in this case', 'Contribution', 'Standard error'])
    expect(table.rows[1]?.map((cell) => cell.text)).toEqual(['Age', '31 years', '−0.050', '0.002'])
    expect(table.rows[1]?.[2]?.raw).toBe(-0.05)
  })

  it('says the ends in other words', () => {
    const { steps, table } = prepareWaterfall({ base: { ...base, note: 'probability 0.55' }, score: { label: 'Score', value: 0.3, note: 'probability 0.57' }, contributions: contributions(0.1) })
    expect([steps[0]?.input, steps.at(-1)?.input]).toEqual(['probability 0.55', 'probability 0.57'])
    expect(table.rows.map((row) => row[1]?.text)).toEqual(['probability 0.55', '0 days', 'probability 0.57'])
  })

  it('is empty without contributions', () => {
    expect(prepareWaterfall({ base, score: { label: 'Score', value: 0.2 }, contributions: [] }).isEmpty).toBe(true)
  })

  it('always ends on the score, inside the domain', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(value, value, fc.array(value, { maxLength: 20 }), (from, to, values) => {
        const { steps, domain } = prepareWaterfall({
          base: { label: 'Base', value: from },
          score: { label: 'Score', value: to },
          contributions: contributions(...values),
        })
        const beforeScore = steps[steps.length - 2]
        const scale = Math.max(1, Math.abs(from), Math.abs(to), ...values.map(Math.abs)) * 21
        expect(Math.abs((beforeScore?.to ?? Infinity) - to)).toBeLessThanOrEqual(2e-6 * scale)
        for (const step of steps) {
          expect(step.to).toBeGreaterThanOrEqual(domain[0])
          expect(step.to).toBeLessThanOrEqual(domain[1])
        }
      }),
    )
  })
})
