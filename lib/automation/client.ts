// Mutations of checks for components.
import { callApi } from '@/lib/access/client'
import type { CheckSummary, Run } from './contract'

export const runChecksNow = () => callApi<Run & { summary: CheckSummary }>('/checks/run', { method: 'POST' })
