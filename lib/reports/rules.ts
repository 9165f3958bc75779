// How the first page counts and orders; pure.
import { DAY_MS } from '@/lib/platform/clock'
import type { FleetModel, WaitingItem } from './contract'

/** Rows a day from hourly rows, for `days` days from `from` (midnight UTC); days without calls are zero. */
export function dailyTotals(hours: readonly { hour: number; rows: number }[], from: number, days: number): number[] {
  const totals = new Array<number>(days).fill(0)
  for (const { hour, rows } of hours) {
    const day = Math.floor((hour - from) / DAY_MS)
    if (day >= 0 && day < days) totals[day] = (totals[day] ?? 0) + rows
  }
  return totals
}

export interface WeeklyKpi {
  name: string
  /** Sums of the seven days before now, and of the seven before those. */
  thisWeek: number
  weekBefore: number
}

/** The KPI people look at first: money where there is some, else the one with most behind it. */
export function kpiOfWeek(kpis: readonly WeeklyKpi[]): FleetModel['kpi'] {
  const money = kpis.find((kpi) => /revenue|profit|savings/.test(kpi.name))
  const chosen = money ?? [...kpis].sort((a, b) => b.thisWeek - a.thisWeek)[0]
  if (!chosen) return null
  const change = chosen.weekBefore === 0 ? null : (chosen.thisWeek - chosen.weekBefore) / chosen.weekBefore
  return { name: chosen.name, thisWeek: chosen.thisWeek, change }
}

const URGENCY = ['problem', 'attention', 'pending', 'unknown', 'ok']

/** Problems, then attention, then decisions; within each the one that waits longest first. */
export function waitingOrder(a: WaitingItem, b: WaitingItem): number {
  return URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state) || a.at - b.at
}
