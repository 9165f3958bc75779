// Mutations of the serving lane for components.
import { callApi } from '@/lib/access/client'
import type { CallLimits, GuardrailRule, Guardrails, ServingSettings, SinglePredictAnswer } from './contract'

export interface TryCall {
  inputs: Record<string, unknown>
  environment: string
  /** Left out: the release in force chooses. */
  version?: number
  explain: boolean
}

export interface ExampleRow {
  version: number
  row: number
  rows: number
  inputs: Record<string, string | number | boolean | null>
}

export const tryPrediction = (model: string, call: TryCall) =>
  callApi<SinglePredictAnswer>(`/models/${encodeURIComponent(model)}/predict`, { method: 'POST', body: call })

/** @param version of which the sample is meant; the champion where it is left out */
export const exampleRow = (model: string, environment: string, row: number, version?: number) =>
  callApi<ExampleRow>(`/models/${encodeURIComponent(model)}/example?${new URLSearchParams({ environment, row: String(row), ...(version === undefined ? {} : { version: String(version) }) })}`)

export const setGuardrails = (model: string, environment: string, rules: GuardrailRule[]) =>
  callApi<Guardrails>(`/models/${encodeURIComponent(model)}/guardrails`, { method: 'PUT', body: { environment, rules } })

/** @param revision of the settings that the change was made from */
export const setServingSettings = (model: string, environment: string, settings: ServingSettings, revision: number) =>
  callApi<{ revision: number }>(`/models/${encodeURIComponent(model)}/serving-settings`, { method: 'PUT', body: { environment, revision, ...settings } })

export const setTokenLimits = (tokenId: string, limits: CallLimits, revision: number) =>
  callApi<{ revision: number }>(`/tokens/${encodeURIComponent(tokenId)}/limits`, { method: 'PUT', body: { limits, revision } })
