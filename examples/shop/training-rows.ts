import { daysOf } from '../calendar'
import { type Random, stream } from '../stream'
import { CALENDAR, SEED, type ItemView, type ViewFields, bestPrice, itemViews } from './simulator'

export type ShopPeriod = keyof typeof CALENDAR
export type TrainingRow = ViewFields & { target: number }

const PRICE_TEST_STREAM = 4
/** Relative error of the best price as a price test finds it. */
const PRICE_TEST_ERROR = 0.02

/** What the price tests of a period found: the inputs of each view and the price that earned most, with its error. */
export function trainingRows(period: ShopPeriod): TrainingRow[] {
  const random = stream(SEED, PRICE_TEST_STREAM, CALENDAR[period].from / 1000)
  return daysOf(CALENDAR[period])
    .flatMap((day) => itemViews(day))
    .map((view) => ({ ...view.fields, target: foundPrice(view, random) }))
}

/** What a price test of this view finds: the best price, with the test's error. */
export function foundPrice(view: ItemView, random: Random): number {
  const found = bestPrice(view) * Math.exp(PRICE_TEST_ERROR * random.normal())
  return Math.round(found * 100) / 100
}
