import { ApiError, callApi } from '@/lib/access/client'
import type { Locale, ReasonRevision, ReasonSettingsInput, StoredExplanation } from './contract'
import type { Letter, LetterFormat, ReasonPreview } from './contract/letter'

export const explainPrediction = (id: string) => callApi<StoredExplanation>(`/predictions/${encodeURIComponent(id)}/explain`, { method: 'POST' })

/** Settings of how a model's reasons are told; `basedOn` is the revision that was changed. */
export const setReasonSettings = (model: string, settings: ReasonSettingsInput, basedOn: number) => callApi<ReasonRevision>(`/models/${encodeURIComponent(model)}/reasons?basedOn=${basedOn}`, { method: 'PUT', body: settings })
export const previewReasons = (model: string, settings: ReasonSettingsInput, earlier: number, signal?: AbortSignal) =>
  callApi<ReasonPreview>(`/models/${encodeURIComponent(model)}/reasons/preview?earlier=${earlier}`, { method: 'POST', body: settings, ...(signal === undefined ? {} : { signal }) })
export const readLetter = (id: string, locale: Locale, signal?: AbortSignal) => callApi<Letter>(`/predictions/${encodeURIComponent(id)}/letter?locale=${locale}`, signal === undefined ? {} : { signal })

/** Writes the letter, which the audit trail records, and gives the file. */
export async function writeLetter(id: string, locale: Locale, format: LetterFormat): Promise<Blob> {
  const body = JSON.stringify({ locale, format })
  const response = await fetch(`/api/predictions/${encodeURIComponent(id)}/letter`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }).catch(() => null)
  if (response?.ok) return response.blob()
  const problem = (await response?.json().catch(() => null)) as { code?: string; detail?: string } | null | undefined
  throw new ApiError(response?.status ?? 0, problem?.code ?? 'unknown', problem?.detail ?? 'The letter could not be fetched. Check the connection, then try again.', [], undefined)
}
