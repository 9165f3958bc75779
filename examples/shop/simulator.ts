// A simulated outdoor shop: product pages looked at, and whether the visitor buys at the price shown. No real visitor
// is in here.
import { DAY_MS, HOUR_MS } from '@/lib/platform/clock'
import { type Period, compactDate, startOfDay, weekdayOf, weeks } from '../calendar'
import { type Random, clamp, sigmoid, stream } from '../stream'
import { CATALOGUE_SIZE, type Category, type ItemState, type SeasonPhase, itemOn } from './catalogue'

export const SEED = 20_260_825

/** v2 learns from weeks after the shoppers had changed; the rows held out are the week after each. */
export const CALENDAR: Readonly<Record<'trainV1' | 'heldOutV1' | 'trainV2' | 'heldOutV2', Period>> = {
  trainV1: weeks(-12, -2),
  heldOutV1: weeks(-2, -1),
  trainV2: weeks(3, 8),
  heldOutV2: weeks(8, 9),
}
/** From here on the competitor delivers free of charge, so the same price looks dearer and is compared more sharply. */
export const COMPETITOR_DELIVERS_FREE = weeks(2, 3).from

/** The inputs of `price-optimiser`, by their names in the ONNX file. */
export type ViewFields = {
  base_price: number
  margin: number
  stock: number
  competitor_price: number
  views_7d: number
  conversion_7d: number
  returning_share: number
  category: Category
  season_phase: SeasonPhase
}

export interface ItemView {
  id: string
  /** Visitor key of the shop, the unit of an experiment. */
  subject: string
  sku: string
  at: number
  fields: ViewFields
  /** Known to the simulator only; competitorPrice is the true one even where the feed is broken. */
  truth: { competitorPrice: number; appeal: number; halfLostRatio: number; steepness: number; draw: number }
}

export interface ShopOptions {
  seed?: number
  /** Product pages looked at on an average day. */
  perDay?: number
  competitorDeliversFreeAt?: number | null
}

/** Share of an average day; people shop at weekends. */
const VOLUME_BY_WEEKDAY = [1.25, 0.95, 0.88, 0.87, 0.9, 0.97, 1.18]
const VISITORS = 20_000
const DAY_STREAM = 3
const STEEPNESS = 10
const FREE_DELIVERY = { ratio: -0.06, steepness: 1.2 }

/** All product pages looked at on the day that begins at `day`, in order of time. Same day and options, same views. */
export function itemViews(day: number, options: ShopOptions = {}): ItemView[] {
  const { seed = SEED, perDay = 250, competitorDeliversFreeAt = COMPETITOR_DELIVERS_FREE } = options
  const start = startOfDay(day)
  const random = stream(seed, DAY_STREAM, start / DAY_MS)
  const volume = perDay * (VOLUME_BY_WEEKDAY[weekdayOf(start)] ?? 1) * (1 + 0.06 * random.normal())
  const isFree = competitorDeliversFreeAt !== null && start >= startOfDay(competitorDeliversFreeAt)
  return Array.from({ length: Math.max(0, Math.round(volume)) }, () => viewTime(random, start))
    .sort((a, b) => a - b)
    .map((at, index) => {
      const item = itemOn(seed, popularItem(random), start)
      const id = `V-${compactDate(start)}-${String(index + 1).padStart(4, '0')}`
      return viewOf(random, item, at, id, isFree)
    })
}

/** The curve behind the sales: the chance that the visitor buys at this price. */
export function conversionChance(view: ItemView, price: number): number {
  const { competitorPrice, appeal, halfLostRatio, steepness } = view.truth
  return appeal * sigmoid(-steepness * (price / competitorPrice - halfLostRatio))
}

export interface Sale {
  converted: boolean
  revenue: number
  profit: number
}

/** What the visitor does at this price. One draw decides: a lower price never loses a sale that a higher one makes. */
export function demand(view: ItemView, price: number): Sale {
  const converted = view.truth.draw < conversionChance(view, price)
  if (!converted) return { converted, revenue: 0, profit: 0 }
  return { converted, revenue: cents(price), profit: cents(price - unitCost(view)) }
}

/** The price of the highest expected profit, by search in steps of half a percent of the competitor's true price. */
export function bestPrice(view: ItemView): number {
  const cost = unitCost(view) + stockValue(view)
  let best = view.fields.base_price
  let bestProfit = -Infinity
  for (let step = 120; step <= 260; step += 1) {
    const price = view.truth.competitorPrice * (step / 200)
    const profit = (price - cost) * conversionChance(view, price)
    if (profit > bestProfit) {
      best = price
      bestProfit = profit
    }
  }
  return best
}

/** How a feed of competitor prices breaks: down (0), the decimal point lost (×10), or a mark for unknown. */
export type FeedFault = 'zero' | 'lost-decimal-point' | 'sentinel'

export function breakCompetitorFeed(view: ItemView, fault: FeedFault): ItemView {
  const price = { zero: 0, 'lost-decimal-point': view.fields.competitor_price * 10, sentinel: 9999 }[fault]
  return { ...view, fields: { ...view.fields, competitor_price: cents(price) } }
}

function unitCost(view: ItemView): number {
  return view.fields.base_price * (1 - view.fields.margin)
}

/** Selling the last few pieces costs a later sale; too many pieces cost their place. */
function stockValue(view: ItemView): number {
  const { stock, base_price: basePrice } = view.fields
  return stock < 8 ? 0.08 * basePrice : stock > 60 ? -0.05 * basePrice : 0
}

function viewOf(random: Random, item: ItemState, at: number, id: string, isFree: boolean): ItemView {
  const usualConversion = item.appeal * (0.6 + 0.05 * random.normal())
  return {
    id,
    subject: `U-${100_000 + random.integer(VISITORS)}`,
    sku: item.sku,
    at,
    fields: {
      base_price: item.basePrice,
      margin: item.margin,
      stock: item.stock,
      competitor_price: item.competitorPrice,
      views_7d: item.viewsLastWeek,
      conversion_7d: Math.round(1000 * clamp(usualConversion, 0, 1)) / 1000,
      returning_share: item.returningShare,
      category: item.category,
      season_phase: item.seasonPhase,
    },
    truth: {
      competitorPrice: item.competitorPrice,
      appeal: item.appeal,
      halfLostRatio: item.halfLostRatio + (isFree ? FREE_DELIVERY.ratio : 0),
      steepness: STEEPNESS * (isFree ? FREE_DELIVERY.steepness : 1),
      draw: random.uniform(),
    },
  }
}

/** Low indexes are looked at more often, as in any shop. */
function popularItem(random: Random): number {
  return Math.floor(CATALOGUE_SIZE * random.uniform() ** 1.6)
}

/** Around the clock, most in the evening. */
function viewTime(random: Random, start: number): number {
  const hour = random.uniform() < 0.7 ? clamp(18.5 + 3 * random.normal(), 0, 23.99) : random.uniform(0, 24)
  return start + Math.floor(hour * HOUR_MS)
}

function cents(price: number): number {
  return Math.round(price * 100) / 100
}
