// Mutations of promotions, releases and policies for components.
import { callApi } from '@/lib/access/client'
import type { Policy, PolicyChange, Promotion, PromotionRequest, Release, RollbackRequest } from './contract'

export const requestPromotion = (request: PromotionRequest) => callApi<Promotion>('/promotions', { method: 'POST', body: request })

const decide = (id: string, verb: 'approve' | 'reject' | 'cancel', comment: string) =>
  callApi<Promotion>(`/promotions/${id}/${verb}`, { method: 'POST', body: { comment } })

export const approvePromotion = (id: string, comment: string) => decide(id, 'approve', comment)
export const rejectPromotion = (id: string, comment: string) => decide(id, 'reject', comment)
export const cancelPromotion = (id: string, comment: string) => decide(id, 'cancel', comment)

export const rollback = (request: RollbackRequest) => callApi<Release>('/rollbacks', { method: 'POST', body: request })

export const setPolicy = (model: string, environment: string, change: PolicyChange) =>
  callApi<Policy>(`/models/${encodeURIComponent(model)}/policies/${encodeURIComponent(environment)}`, { method: 'PUT', body: change })
