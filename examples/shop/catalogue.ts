// What the simulated shop sells. An item is a function of its index, so the same number is the same item each day.
import { DAY_MS } from '@/lib/platform/clock'
import { WEEK_MS } from '../calendar'
import { clamp, logNormal, pickWeighted, stream } from '../stream'

export type Category = 'tents' | 'backpacks' | 'footwear' | 'jackets' | 'cookware'
/** Where an item is in its life: the shop renews its range every four months. */
export type SeasonPhase = 'new' | 'mid-season' | 'end of season'

export const CATALOGUE_SIZE = 240

/** `halfLostRatio`: the price, as a share of the competitor's, at which half of the willing shoppers are lost. */
const CATEGORIES: Record<Category, { share: number; medianPrice: number; margin: number; halfLostRatio: number }> = {
  tents: { share: 0.12, medianPrice: 180, margin: 0.36, halfLostRatio: 1.12 },
  backpacks: { share: 0.22, medianPrice: 90, margin: 0.4, halfLostRatio: 1.1 },
  footwear: { share: 0.26, medianPrice: 110, margin: 0.42, halfLostRatio: 1.09 },
  jackets: { share: 0.24, medianPrice: 130, margin: 0.45, halfLostRatio: 1.12 },
  cookware: { share: 0.16, medianPrice: 40, margin: 0.38, halfLostRatio: 1.08 },
}
const CATEGORY_SHARES = Object.fromEntries(
  Object.entries(CATEGORIES).map(([category, { share }]) => [category, share]),
) as Record<Category, number>

const ITEM_STREAM = 1
const COMPETITOR_STREAM = 2
const CYCLE_DAYS = 120
const PHASES: readonly { untilDay: number; phase: SeasonPhase; ratio: number; appeal: number }[] = [
  { untilDay: 25, phase: 'new', ratio: 0.03, appeal: 1.1 },
  { untilDay: 90, phase: 'mid-season', ratio: 0, appeal: 1 },
  { untilDay: CYCLE_DAYS, phase: 'end of season', ratio: -0.06, appeal: 0.85 },
]

/** An item on one day: what the shop knows of it, and what only the simulator knows. */
export interface ItemState {
  sku: string
  category: Category
  seasonPhase: SeasonPhase
  basePrice: number
  margin: number
  stock: number
  competitorPrice: number
  viewsLastWeek: number
  returningShare: number
  /** Share of visitors who buy when the price is no obstacle. */
  appeal: number
  halfLostRatio: number
}

export function itemOn(seed: number, index: number, day: number): ItemState {
  const random = stream(seed, ITEM_STREAM, index)
  const category = pickWeighted(random, CATEGORY_SHARES)
  const about = CATEGORIES[category]
  const basePrice = Math.round(clamp(logNormal(random, about.medianPrice, 0.45), 10, 600)) - 0.05
  const margin = round(clamp(about.margin + 0.05 * random.normal(), 0.2, 0.6), 3)
  const returningShare = round(clamp(0.4 + 0.13 * random.normal(), 0.05, 0.85), 3)
  const popularity = logNormal(random, 70, 0.6)
  const appeal = clamp(0.34 + 0.07 * random.normal(), 0.15, 0.6)
  const launchDay = random.integer(CYCLE_DAYS)
  const capacity = 20 + random.integer(80)
  const restockDays = 14 + random.integer(21)
  const tide = random.uniform(0, 2 * Math.PI)

  const dayNumber = Math.floor(day / DAY_MS)
  const age = (dayNumber + launchDay) % CYCLE_DAYS
  const phase = PHASES.find(({ untilDay }) => age < untilDay) ?? { phase: 'mid-season' as const, ratio: 0, appeal: 1 }
  const soldShare = ((dayNumber + launchDay) % restockDays) / restockDays
  // The competitor wanders slowly around our list price and changes its mind once a week.
  const weekly = stream(seed, COMPETITOR_STREAM, index, Math.floor(day / WEEK_MS)).normal()
  const competitorRatio = Math.exp(0.05 * Math.sin(tide + (2 * Math.PI * dayNumber) / 45) + 0.045 * weekly)
  return {
    sku: `SKU-${String(1000 + index)}`,
    category,
    seasonPhase: phase.phase,
    basePrice,
    margin,
    stock: Math.max(1, Math.round(capacity * (1 - 0.95 * soldShare))),
    competitorPrice: round(basePrice * competitorRatio, 2),
    viewsLastWeek: Math.round(popularity * phase.appeal),
    returningShare,
    appeal: appeal * phase.appeal,
    // Regulars compare less; what many look at bears a little more.
    halfLostRatio: about.halfLostRatio + phase.ratio + 0.12 * (returningShare - 0.4) + 0.02 * Math.log(popularity / 70),
  }
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
