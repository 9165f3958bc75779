// What the pages ask of many explanations; the whole question stands in the key, so nothing is asked twice.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { callApi } from '@/lib/access/client'
import type { BeeswarmReport, ChangeReport, DependenceReport, GroupAnswer, ImportanceReport, InteractionReport } from '@/lib/explanations/rules/insights/contract'
import type { ExplanationMode, ExplanationPolicy } from '@/lib/serving/contract'

/** Which rows, as every question begins. */
export interface Question {
  model: string
  environment: string
  version: number
  from: number
  to: number
}

interface Reports {
  importance: ImportanceReport
  beeswarm: BeeswarmReport
  dependence: DependenceReport
  interactions: InteractionReport
  groups: GroupAnswer
}

type More = Record<string, string | number | undefined>

export function insight<K extends keyof Reports>(kind: K, { model, ...question }: Question, more: More = {}) {
  const path = `/models/${encodeURIComponent(model)}/explanations/${kind}?${queryOf({ ...question, ...more })}`
  return queryOptions({ queryKey: ['insight', path], queryFn: ({ signal }) => callApi<Reports[K]>(path, { signal }), placeholderData: keepPreviousData })
}

export function scoreChange(model: string, before: string, after: string) {
  const path = `/models/${encodeURIComponent(model)}/explanations/change?${queryOf({ before, after })}`
  return queryOptions({ queryKey: ['insight', path], queryFn: ({ signal }) => callApi<ChangeReport>(path, { signal }) })
}

export const setExplanationPolicy = (model: string, policy: { environment: string; mode: ExplanationMode; share?: number }) =>
  callApi<ExplanationPolicy>(`/models/${encodeURIComponent(model)}/explanation-policy`, { method: 'PUT', body: policy })

function queryOf(values: More): URLSearchParams {
  return new URLSearchParams(Object.entries(values).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]])))
}
