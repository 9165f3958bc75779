// What people read about the whole fleet.
import type { Health, ModelHealth } from '@/lib/monitoring/contract'

/** Something that waits for a person. */
export interface WaitingItem {
  kind: 'promotion' | 'incident'
  id: string
  href: string
  state: Health['state'] | 'pending'
  title: string
  sentence: string
  modelName: string | null
  at: number
}

export interface FleetModel {
  id: string
  slug: string
  name: string
  description: string
  production: { version: number; since: number; challengers: { version: number; shareBasisPoints: number }[] } | null
  health: ModelHealth | null
  /** Predictions a day in production, oldest first, the last one unfinished. */
  traffic: { days: number[]; total: number }
  kpi: { name: string; thisWeek: number; change: number | null } | null
  openIncidents: number
  pendingPromotions: number
}

export interface FleetOverview {
  waiting: WaitingItem[]
  models: FleetModel[]
}
