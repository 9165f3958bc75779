// Mutations of the serving lane for components.
import { callApi } from '@/lib/access/client'
import type { GuardrailRule, Guardrails, SinglePredictAnswer } from './contract'

export interface TryCall {
  inputs: Record<string, unknown>
  environment: string
  explain: boolean
}

export const tryPrediction = (model: string, call: TryCall) =>
  callApi<SinglePredictAnswer>(`/models/${encodeURIComponent(model)}/predict`, { method: 'POST', body: call })

export const setGuardrails = (model: string, environment: string, rules: GuardrailRule[]) =>
  callApi<Guardrails>(`/models/${encodeURIComponent(model)}/guardrails`, { method: 'PUT', body: { environment, rules } })
