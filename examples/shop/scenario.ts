// The shop's story: v1 sets prices; shoppers change; v2 comes as a canary whose share grows and sells more. One broken
// row of the price feed gives an absurd price, which a guardrail catches.
import { DAY_MS, HOUR_MS } from '@/lib/platform/clock'
import { startOfDay } from '../calendar'
import type { Call, Scenario, ScenarioOptions, Step } from '../seed/story'
import { setUpTime, storyTime, type ReplayWindow } from '../seed/window'
import { stream } from '../stream'
import { breakCompetitorFeed, demand, type ItemView, itemViews, SEED } from './simulator'
import { foundPrice } from './training-rows'

const BROKEN_ROW_DAYS_BEFORE_END = 3
/** On that day an update of the web shop sent the stock with its unit for a few hours. */
const WRONG_ROWS = { day: 40, fromHour: 13, untilHour: 18 }
const VIEWS_A_PRICE_TEST = 6
const PRICE_TEST_DAYS = 7
/** Purpose number of the price tests' streams; the simulator and the training rows use others. */
const SCENARIO_TEST_STREAM = 5
const SEES_PAGE_MS = 4 * 60_000

export function shopScenario(window: ReplayWindow, { perDay = 240 }: ScenarioOptions = {}): Scenario {
  return {
    business: 'shop',
    model: 'price-optimiser',
    name: 'Price optimiser',
    description: 'Which price earns most? Asked each time a visitor opens an item’s page. Simulated data.',
    owner: 'Pricing, Fernweh Outdoor',
    tags: ['shop', 'simulated data'],
    scoreUnit: 'USD',
    hasSimulatedDates: true,
    application: 'Web shop',
    steps: stepsOf(window),
    callsOn(day) {
      const views = itemViews(day - window.shift, { perDay })
      const isBrokenDay = day === startOfDay(window.until) - BROKEN_ROW_DAYS_BEFORE_END * DAY_MS
      const broken = isBrokenDay ? brokenView(views) : undefined
      return views.map((view, index) => {
        if (view === broken) return brokenCall(view, window)
        const call = callOf(view, window)
        return index % VIEWS_A_PRICE_TEST === 0 && !call.isWrong ? withPriceTest(call, view, index) : call
      })
    },
  }
}

function stepsOf(window: ReplayWindow): Step[] {
  return [
    { at: setUpTime(window, 3, 10.1), kind: 'register', file: 'v1' },
    // A share times a price is explained by listing every coalition, a tenth of a second each: only what somebody asks about.
    { at: setUpTime(window, 3, 10.2), kind: 'explanations', mode: 'on-demand' },
    {
      at: setUpTime(window, 3, 10.3),
      kind: 'request',
      version: 1,
      environment: 'production',
      reason: 'First version: off by 1.9 % from the best price in a week of price tests.',
    },
    {
      at: setUpTime(window, 3, 14.9),
      kind: 'guardrails',
      rules: [
        {
          limit: { rule: 'output-relative', field: 'base_price', min: 0.5, max: 2 },
          fallback: { kind: 'input-multiple', field: 'base_price', factor: 1 },
        },
      ],
    },
    {
      at: setUpTime(window, 3, 15.2),
      kind: 'approve',
      version: 1,
      comment: 'With the limits of half to twice the list price in place: the model follows the competitor’s price feed blindly.',
    },
    {
      at: storyTime(window, 30, 9.1),
      kind: 'acknowledge',
      incident: 'accuracy',
      note: 'The competitor delivers free of charge now and our prices are too high for it. Price tests for a retraining are running.',
    },
    { at: storyTime(window, 65, 8.9), kind: 'register', file: 'v2' },
    ...canary(window, 65, 1000, {
      reason: 'Trained after the competitor began to deliver free of charge. Start with a tenth of the visitors.',
      comment: 'A tenth is little to lose. Show me a week of sales before more.',
    }),
    ...canary(window, 71, 2500, {
      reason: 'Six days without a complaint, but too few sales to tell the versions apart. Go on with a quarter.',
      comment: 'Agreed. Conversion and revenue by version are on the KPI page.',
    }),
    ...canary(window, 78, 5000, {
      reason: 'Half of the visitors, so that the difference can be told from chance sooner.',
      comment: 'Half and half until the numbers decide.',
    }),
  ]
}

function canary(window: ReplayWindow, day: number, shareBasisPoints: number, words: { reason: string; comment: string }): Step[] {
  return [
    { at: storyTime(window, day, 9.4), kind: 'request', version: 2, environment: 'production', plan: { strategy: 'canary', shareBasisPoints }, reason: words.reason },
    { at: storyTime(window, day, 13.7), kind: 'approve', version: 2, comment: words.comment },
  ]
}

/** The first item of about $50 that somebody looks at in the morning. */
function brokenView(views: readonly ItemView[]): ItemView | undefined {
  return views.find(({ at, fields }) => at - startOfDay(at) > 9 * HOUR_MS && fields.base_price > 45 && fields.base_price < 55)
}

/** Its price feed lost the decimal point. */
function brokenCall(view: ItemView, { shift }: ReplayWindow): Call {
  return { ...viewCall(breakCompetitorFeed(view, 'lost-decimal-point'), shift), isExplained: true }
}

function callOf(view: ItemView, window: ReplayWindow): Call {
  const call = viewCall(view, window.shift)
  const isWrong = call.at >= storyTime(window, WRONG_ROWS.day, WRONG_ROWS.fromHour) && call.at < storyTime(window, WRONG_ROWS.day, WRONG_ROWS.untilHour)
  return isWrong ? { ...call, isWrong, inputs: { ...call.inputs, stock: `${view.fields.stock} pcs` }, reports: () => [] } : call
}

function viewCall(view: ItemView, shift: number): Call {
  const at = view.at + shift
  return {
    at,
    subject: view.subject,
    inputs: view.fields,
    reports(price) {
      const { converted, revenue } = demand(view, price)
      const when = { occurredAt: at + SEES_PAGE_MS, sentAt: nextMidnight(at + SEES_PAGE_MS), by: 'subject' as const }
      return [
        { ...when, kind: 'kpi', name: 'conversion', value: converted ? 1 : 0 },
        { ...when, kind: 'kpi', name: 'revenue', value: revenue },
      ]
    },
  }
}

/** What the price test of this item found, known a week later, beside what the visitor did. */
function withPriceTest(call: Call, view: ItemView, index: number): Call {
  const random = stream(SEED, SCENARIO_TEST_STREAM, startOfDay(view.at) / DAY_MS, index)
  const occurredAt = call.at + PRICE_TEST_DAYS * DAY_MS
  return {
    ...call,
    reports: (price) => [
      ...call.reports(price),
      { kind: 'outcome', by: 'prediction', occurredAt, sentAt: nextMidnight(occurredAt), outcome: foundPrice(view, random) },
    ],
  }
}

/** The web shop sends the day's sales at midnight. */
function nextMidnight(at: number): number {
  return startOfDay(at) + DAY_MS
}
