// Reviews for components.
import { ApiError, callApi } from '@/lib/access/client'
import type { CaseNote, NewReview, OpenedCase, Review, ReviewPreview, ReviewSelectionInput } from '../contract'

const pathOf = (id: string) => `/reviews/${encodeURIComponent(id)}`

export const previewReview = (selection: ReviewSelectionInput, signal?: AbortSignal) => callApi<ReviewPreview>('/reviews/preview', { method: 'POST', body: selection, ...(signal ? { signal } : {}) })
export const createReview = (review: NewReview) => callApi<Review>('/reviews', { method: 'POST', body: review })
export const closeReview = (id: string) => callApi<Review>(`${pathOf(id)}/close`, { method: 'POST' })

/** The file as it was signed, byte for byte. */
export async function exportReview(id: string): Promise<Blob> {
  const response = await fetch(`/api${pathOf(id)}/export`, { method: 'POST' }).catch(() => null)
  if (response?.ok) return response.blob()
  const problem = (await response?.json().catch(() => null)) as { code?: string; detail?: string } | null | undefined
  const status = response?.status ?? 0
  throw new ApiError(status, problem?.code ?? 'unknown', problem?.detail ?? 'The file could not be fetched. Check the connection, then try again.', [], undefined)
}

/** Opening is kept in the audit chain, so nothing opens a case ahead of the person. */
export const caseQuery = (id: string, position: number) => ({
  queryKey: ['reviews', id, 'cases', position] as const,
  queryFn: () => callApi<OpenedCase>(`${pathOf(id)}/cases/${position}/open`, { method: 'POST' }),
})
export const noteCase = (id: string, position: number, note: CaseNote) => callApi<Omit<OpenedCase, 'decision'>>(`${pathOf(id)}/cases/${position}`, { method: 'PUT', body: note })
