import { callApi } from '@/lib/access/client'
import type { StoredExplanation } from './contract'

export const explainPrediction = (id: string) => callApi<StoredExplanation>(`/predictions/${encodeURIComponent(id)}/explain`, { method: 'POST' })
