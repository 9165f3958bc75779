// Mutations of monitors for components.
import { callApi } from '@/lib/access/client'
import type { Monitor, MonitorsInput } from './contract'

export const setMonitors = (model: string, input: MonitorsInput) =>
  callApi<{ monitors: Monitor[] }>(`/models/${encodeURIComponent(model)}/monitors`, { method: 'PUT', body: input })
