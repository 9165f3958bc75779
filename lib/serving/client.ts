// Mutations of the serving lane for components.
import { callApi } from '@/lib/access/client'
import type { CallLimits, GuardrailRule, Guardrails, ServingSettings, SinglePredictAnswer } from './contract'

export interface TryCall {
  inputs: Record<string, unknown>
  environment: string
  explain: boolean
}

export const tryPrediction = (model: string, call: TryCall) =>
  callApi<SinglePredictAnswer>(`/models/${encodeURIComponent(model)}/predict`, { method: 'POST', body: call })

export const setGuardrails = (model: string, environment: string, rules: GuardrailRule[]) =>
  callApi<Guardrails>(`/models/${encodeURIComponent(model)}/guardrails`, { method: 'PUT', body: { environment, rules } })

/** @param revision of the settings that the change was made from */
export const setServingSettings = (model: string, environment: string, settings: ServingSettings, revision: number) =>
  callApi<{ revision: number }>(`/models/${encodeURIComponent(model)}/serving-settings`, { method: 'PUT', body: { environment, revision, ...settings } })

export const setTokenLimits = (tokenId: string, limits: CallLimits, revision: number) =>
  callApi<{ revision: number }>(`/tokens/${encodeURIComponent(tokenId)}/limits`, { method: 'PUT', body: { limits, revision } })
