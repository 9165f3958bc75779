import { ApiError, callApi } from '@/lib/access/client'
import type { EvidenceRequest, SigningKey } from '../contract/bundle'

export const rotateSigningKey = (reason: string) => callApi<SigningKey>('/evidence/keys/rotate', { method: 'POST', body: { reason } })

export const downloadBundle = (request: EvidenceRequest) => download('/evidence', request)
export const downloadPdf = (predictionId: string, reason?: string) => download(`/predictions/${encodeURIComponent(predictionId)}/evidence.pdf`, reason ? { reason } : {})

export interface Downloaded {
  fileName: string
  /** SHA-256 of the signed bundle. */
  sha256: string
}

/** Posts, because handing evidence out is written down; then gives the file to the browser. @throws ApiError */
async function download(path: string, body: unknown): Promise<Downloaded> {
  const response = await fetch(`/api${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }).catch(() => {
    throw new ApiError(0, 'unreachable', 'Flightdeck cannot be reached. Check the connection, then try again.', [], undefined)
  })
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; requestId?: string; errors?: { path: string; message: string }[] }
    throw new ApiError(response.status, problem.code ?? 'unknown', problem.detail ?? `The server answered ${response.status}.`, problem.errors ?? [], problem.requestId)
  }
  const fileName = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'evidence'
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = fileName
  link.click()
  URL.revokeObjectURL(link.href)
  return { fileName, sha256: response.headers.get('x-evidence-sha256') ?? '' }
}
