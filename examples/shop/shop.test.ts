import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { datesOf, daysOf, weeks } from '../calendar'
import { csvText } from '../csv-text'
import { openModel, readMetadata, readReference } from '../model-session'
import {
  CALENDAR,
  COMPETITOR_DELIVERS_FREE,
  type ItemView,
  bestPrice,
  breakCompetitorFeed,
  conversionChance,
  demand,
  itemViews,
} from './simulator'
import { trainingRows } from './training-rows'

const versions = [
  { version: 'v1', train: 'trainV1', heldOut: 'heldOutV1' },
  { version: 'v2', train: 'trainV2', heldOut: 'heldOutV2' },
] as const

describe.each(versions)('price-optimiser $version', ({ version, train, heldOut }) => {
  it('prices the reference rows near the price that was found best', async () => {
    const model = await openModel('shop', version)
    const rows = readReference('shop', version)
    const prices = await model.score(rows)
    expect([...model.inputNames].sort()).toEqual([...readMetadata('shop', version).featureOrder].sort())
    const errors = rows.map((row, index) => Math.abs((prices[index] ?? 0) / Number(row['target']) - 1))
    expect(mean(errors)).toBeLessThan(0.03)
  })

  it('reproduces the held-out metrics it was registered with', async () => {
    const { metrics } = readMetadata('shop', version).lineage
    const rows = trainingRows(heldOut)
    const prices = await (await openModel('shop', version)).score(rows)
    expect(rows).toHaveLength(metrics['heldOutRows'] ?? 0)
    const errors = rows.map((row, index) => Math.abs((prices[index] ?? 0) - row.target))
    expect(mean(errors)).toBeCloseTo(metrics['mae'] ?? 0, 3)
    expect(mean(errors.map((error, index) => error / (rows[index]?.target ?? 0)))).toBeCloseTo(metrics['mape'] ?? 0, 3)
  })

  it('was trained on the rows its lineage names', () => {
    const { lineage } = readMetadata('shop', version)
    const rows = trainingRows(train)
    expect(rows).toHaveLength(lineage.rows)
    expect(createHash('sha256').update(csvText(rows)).digest('hex')).toBe(lineage.dataHash)
    expect(lineage.period).toEqual(datesOf(CALENDAR[train]))
    const { heldOutFrom, heldOutTo } = lineage.parameters
    expect({ from: heldOutFrom, to: heldOutTo }).toEqual(datesOf(CALENDAR[heldOut]))
  })

  it('offers a $50 item for about $0 or $500 when the price feed breaks', async () => {
    const model = await openModel('shop', version)
    const view = fiftyDollarView()
    const faults = ['zero', 'lost-decimal-point', 'sentinel'] as const
    const asked = [view, ...faults.map((fault) => breakCompetitorFeed(view, fault))]
    const [sound, ...broken] = await model.score(asked.map(({ fields }) => fields))
    expect(sound).toBeGreaterThan(42)
    expect(sound).toBeLessThan(58)
    expect(broken[0]).toBe(0)
    expect(broken[1]).toBeGreaterThan(420)
    expect(broken[1]).toBeLessThan(600)
    expect(broken[2]).toBeGreaterThan(5000)
  })
})

describe('the simulated shop', () => {
  it('gives the same views for the same day, and others for another seed', () => {
    expect(itemViews(COMPETITOR_DELIVERS_FREE)).toEqual(itemViews(COMPETITOR_DELIVERS_FREE))
    expect(itemViews(COMPETITOR_DELIVERS_FREE)).not.toEqual(itemViews(COMPETITOR_DELIVERS_FREE, { seed: 1 }))
  })

  it('sells less the dearer it is, and never the other way for one visitor', () => {
    for (const view of itemViews(COMPETITOR_DELIVERS_FREE)) {
      const { base_price: base } = view.fields
      expect(conversionChance(view, base * 1.1)).toBeLessThan(conversionChance(view, base))
      if (demand(view, base * 1.1).converted) expect(demand(view, base).converted).toBe(true)
      expect(conversionChance(view, base * 10)).toBeLessThan(0.001)
    }
  })

  it('has a best price that earns more than the list price or the prices beside it', () => {
    const views = itemViews(COMPETITOR_DELIVERS_FREE).filter(({ fields: { stock } }) => stock >= 8 && stock <= 60)
    const profit = (view: ItemView, price: number) =>
      (price - view.fields.base_price * (1 - view.fields.margin)) * conversionChance(view, price)
    for (const view of views) {
      const best = bestPrice(view)
      for (const other of [view.fields.base_price, best * 0.95, best * 1.05]) {
        expect(profit(view, best)).toBeGreaterThanOrEqual(profit(view, other) * (1 - 1e-3))
      }
    }
    expect(views.length).toBeGreaterThan(100)
  })

  it('has a v2 that sells more and earns more than v1 since the competitor delivers free of charge', async () => {
    const views = daysOf(weeks(9, 12)).flatMap((day) => itemViews(day))
    const inputs = views.map(({ fields }) => fields)
    const totals = await Promise.all(
      ['v1', 'v2'].map(async (version) => {
        const prices = await (await openModel('shop', version)).score(inputs)
        const sales = views.map((view, index) => demand(view, prices[index] ?? 0))
        return {
          conversion: mean(sales.map(({ converted }) => (converted ? 1 : 0))),
          revenue: mean(sales.map(({ revenue }) => revenue)),
          profit: mean(sales.map(({ profit }) => profit)),
        }
      }),
    )
    const [v1, v2] = totals
    expect((v2?.conversion ?? 0) / (v1?.conversion ?? 1)).toBeGreaterThan(1.1)
    expect((v2?.revenue ?? 0) / (v1?.revenue ?? 1)).toBeGreaterThan(1.05)
    expect((v2?.profit ?? 0) / (v1?.profit ?? 1)).toBeGreaterThan(1)
  })
})

function fiftyDollarView(): ItemView {
  const [view] = daysOf(weeks(4, 6))
    .flatMap((day) => itemViews(day))
    .filter(({ fields }) => Math.abs(fields.base_price - 50) < 1 && Math.abs(fields.competitor_price - 50) < 2)
  if (!view) throw new Error('no item of about $50 in these weeks')
  return view
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
