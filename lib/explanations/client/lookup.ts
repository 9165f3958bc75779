// Query options for looking a decision up and trying it out: each part of the page loads by itself.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { callApi } from '@/lib/access/client'
import type { Scale, StoredExplanation } from '../contract'
import type { CounterfactualOptions, Counterfactuals, Dependence, FieldValue, SimilarBy, SimilarDecisions, VersionAnswer, WhatIf } from '../contract/lookup'

const pathOf = (id: string) => `/predictions/${encodeURIComponent(id)}`
/** A decision does not change, and neither do the versions that were asked. */
const KEPT = { staleTime: Infinity }

export const explanationQuery = (id: string, scale: Scale) =>
  queryOptions({ ...KEPT, queryKey: ['explanation', id, scale], queryFn: ({ signal }) => callApi<StoredExplanation>(`${pathOf(id)}/explain?scale=${scale}`, { method: 'POST', signal }) })

/** While the next answer is on its way the last one stays. */
export const whatIfQuery = (id: string, changes: Readonly<Record<string, FieldValue>>) =>
  queryOptions({ ...KEPT, placeholderData: keepPreviousData, queryKey: ['what-if', id, changes], queryFn: ({ signal }) => callApi<WhatIf>(`${pathOf(id)}/what-if`, { method: 'POST', body: { changes }, signal }) })

export const counterfactualsQuery = (id: string, options: CounterfactualOptions) =>
  queryOptions({ ...KEPT, queryKey: ['counterfactuals', id, options], queryFn: ({ signal }) => callApi<Counterfactuals>(`${pathOf(id)}/counterfactuals`, { method: 'POST', body: options, signal }) })

export const similarQuery = (id: string, by: SimilarBy) =>
  queryOptions({ queryKey: ['similar', id, by], queryFn: ({ signal }) => callApi<SimilarDecisions>(`${pathOf(id)}/similar?by=${by}`, { signal }) })

export const dependenceQuery = (id: string, field: string) =>
  queryOptions({ ...KEPT, queryKey: ['dependence', id, field], queryFn: ({ signal }) => callApi<Dependence>(`${pathOf(id)}/dependence?field=${encodeURIComponent(field)}`, { signal }) })

export const versionsQuery = (id: string) =>
  queryOptions({ queryKey: ['decision-versions', id], queryFn: async ({ signal }) => (await callApi<{ versions: VersionAnswer[] }>(`${pathOf(id)}/versions`, { signal })).versions })
