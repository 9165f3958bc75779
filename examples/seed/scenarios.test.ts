import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS } from '@/lib/platform/clock'
import { REPLAY_START, startOfDay } from '../calendar'
import { agendaOf, batchOf, daysWithSetUp } from './agenda'
import { movedLineage } from './registration'
import { scenariosOf } from './scenarios'
import type { Call, Scenario } from './story'
import { replayWindow } from './window'

const TODAY = Date.UTC(2027, 2, 18, 15, 40)
const window = replayWindow(TODAY)
const scenarios = scenariosOf(window)
const [clinic, shop, creditUnion] = scenarios as [Scenario, Scenario, Scenario]

const days = Array.from({ length: 91 }, (_, index) => window.from + index * DAY_MS)
const callsOf = (scenario: Scenario): Call[] => days.flatMap((day) => scenario.callsOn(day)).filter(({ at }) => at < window.until)

describe('the story', () => {
  it('is the same each time it is told for the same moment', () => {
    const told = (at: number) => JSON.stringify(scenariosOf(replayWindow(at)).map((one) => [one.steps, one.callsOn(window.from + 30 * DAY_MS)]))
    expect(told(TODAY)).toBe(told(TODAY))
    expect(told(TODAY + 7 * DAY_MS)).not.toBe(told(TODAY))
  })

  it.each([0, 1, 2, 3, 4, 5, 6])('has its steps within the 90 days and in order, told %i days later', (later) => {
    const at = TODAY + later * DAY_MS
    for (const { steps, model } of scenariosOf(replayWindow(at))) {
      const times = steps.map((step) => step.at)
      expect(times, model).toEqual([...times].sort((a, b) => a - b))
      expect(times.at(-1), model).toBeLessThan(at)
      expect(times[0] ?? 0, model).toBeGreaterThanOrEqual(startOfDay(at) - 93 * DAY_MS)
    }
  })

  it('never approves before it registers and requests', () => {
    for (const { steps } of scenarios) {
      steps.forEach((step, index) => {
        if (step.kind !== 'approve' && step.kind !== 'reject') return
        const before = steps.slice(0, index)
        expect(before.some((one) => one.kind === 'request' && one.version === step.version)).toBe(true)
        expect(before.some((one) => one.kind === 'register' && one.file === `v${step.version}`)).toBe(true)
      })
    }
  })

  it('sends reports after what they tell of, and not within the batch of the call', () => {
    for (const scenario of scenarios) {
      for (const call of callsOf(scenario)) {
        for (const report of call.reports(0.4)) {
          expect(report.occurredAt).toBeGreaterThan(call.at)
          expect(report.sentAt).toBeGreaterThanOrEqual(report.occurredAt)
          expect(batchOf(report.sentAt)).toBeGreaterThan(batchOf(call.at))
        }
      }
    }
  })
})

describe('the businesses', () => {
  it('opens Riverside on its day, moved to real time', () => {
    const opens = REPLAY_START + window.shift + 21 * DAY_MS
    const riverside = callsOf(clinic).filter(({ inputs }) => inputs.location === 'Riverside')
    expect(startOfDay(riverside[0]?.at ?? 0)).toBe(opens)
    expect(riverside.length).toBeGreaterThan(1000)
  })

  it('breaks the price of one item of about $50, three days before the end', () => {
    const broken = callsOf(shop).filter(({ inputs }) => Number(inputs.competitor_price) > 5 * Number(inputs.base_price))
    expect(broken).toHaveLength(1)
    expect(startOfDay(broken[0]?.at ?? 0)).toBe(startOfDay(TODAY) - 3 * DAY_MS)
    expect(Math.abs(Number(broken[0]?.inputs.base_price) - 50)).toBeLessThan(5)
  })

  it('sends wrong rows for a few hours of one day, and nothing follows them', () => {
    const wrong = callsOf(shop).filter(({ isWrong }) => isWrong)
    expect(wrong.length).toBeGreaterThan(40)
    expect(wrong.every(({ inputs }) => typeof inputs.stock === 'string')).toBe(true)
    expect(wrong.flatMap((call) => call.reports(50))).toEqual([])
    expect((wrong.at(-1)?.at ?? 0) - (wrong[0]?.at ?? 0)).toBeLessThan(5 * HOUR_MS)
  })

  it('gives each applicant a number of their own', () => {
    const subjects = callsOf(creditUnion).map(({ subject }) => subject)
    expect(new Set(subjects).size).toBe(subjects.length)
    expect(subjects.every((subject) => /^C-\d{4}$/.test(subject))).toBe(true)
  })

  it('sends a guarantor whom nobody named for half of a week, through the web form only', () => {
    const named = ({ inputs }: Call) => inputs.other_debtors_or_guarantors === 'guarantor'
    const from = REPLAY_START + window.shift + 64 * DAY_MS
    const share = (calls: Call[]) => calls.filter(named).length / calls.length
    const during = callsOf(creditUnion).filter(({ at }) => at >= from + 8 * HOUR_MS && at < from + 3.5 * DAY_MS)
    const others = callsOf(creditUnion).filter(({ at }) => at < from || at >= from + 4 * DAY_MS)
    expect(share(during)).toBeGreaterThan(0.3)
    expect(share(during)).toBeLessThan(0.5)
    expect(share(others)).toBeLessThan(0.07)
    // At night the counter is closed, and every application comes by the form.
    expect(during.filter(({ at }) => new Date(at).getUTCHours() >= 17).every(named)).toBe(true)
  })

  it('reports repayment only of loans that were offered', () => {
    const names = (call: Call, risk: number) => call.reports(risk).map((report) => (report.kind === 'kpi' ? report.name : report.kind))
    for (const call of callsOf(creditUnion).slice(0, 50)) {
      expect(names(call, 0.2)).toEqual(['outcome', 'offered_loan_repaid'])
      expect(names(call, 0.8)).toEqual(['outcome'])
    }
  })
})

describe('the agenda', () => {
  const entries = daysWithSetUp(window).flatMap((day) => agendaOf(scenarios, window, day))

  it('is in order of time and ends with the story', () => {
    const times = entries.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times.at(-1)).toBeLessThanOrEqual(window.until)
    expect(entries.filter(({ kind }) => kind === 'step')).toHaveLength(scenarios.flatMap(({ steps }) => steps).length)
  })

  it('checks daily, and hourly at the end', () => {
    const checks = entries.filter(({ kind }) => kind === 'check').map(({ at }) => at)
    expect(checks.filter((at) => at < window.until - 2 * DAY_MS)).toHaveLength(89)
    expect(checks.filter((at) => at >= window.until - 2 * DAY_MS)).toHaveLength(48)
    expect(window.until - (checks.at(-1) ?? 0)).toBeLessThan(HOUR_MS)
  })

  it('asks for the reasons of the last three calls of each business and of the absurd price', () => {
    const explained = entries.flatMap((entry) => (entry.kind === 'call' && entry.call.isExplained ? [entry.scenario.business] : []))
    expect(explained.filter((business) => business === 'clinic')).toHaveLength(3)
    expect(explained.filter((business) => business === 'credit-union')).toHaveLength(3)
    expect(explained.filter((business) => business === 'shop')).toHaveLength(4)
  })
})

describe('the lineage of a version', () => {
  it('moves the dates of the simulated calendar and nothing else', () => {
    const lineage = { period: { from: '2026-04-27', to: '2026-07-27' }, rows: 5, parameters: { heldOutFrom: '2026-07-27', seed: 7, algorithm: 'X' } }
    expect(movedLineage(lineage, 7 * DAY_MS)).toEqual({
      period: { from: '2026-05-04', to: '2026-08-03' },
      rows: 5,
      parameters: { heldOutFrom: '2026-08-03', seed: 7, algorithm: 'X' },
    })
  })
})
