// The words of what runs by itself.
export const CHECKS = 'checks'

export const RUN_TRIGGERS = ['schedule', 'catch-up', 'person'] as const
export type RunTrigger = (typeof RUN_TRIGGERS)[number]
export const RUN_STATUSES = ['running', 'succeeded', 'failed'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

/** What a check did. */
export interface CheckSummary {
  monitors: number
  fired: number
  insufficient: number
  /** Monitors that could not be evaluated; the run then counts as failed. */
  failed: number
  opened: number
  resolved: number
}

export interface Schedule {
  name: string
  pattern: string
  nextDueAt: number
  createdAt: number
}

export interface Run {
  id: string
  schedule: string
  trigger: RunTrigger
  startedAt: number
  finishedAt: number | null
  status: RunStatus
  summary: Record<string, unknown>
}
