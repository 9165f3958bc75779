// Mutations of the registry for components.
import { ApiError, callApi } from '@/lib/access/client'
import type { Inspection, ModelChange, ModelSummary, Version, VersionMetadata } from './contract'
import type { EndpointTrial } from './contract/remote'

export const changeModel = (model: string, change: ModelChange) =>
  callApi<ModelSummary>(`/models/${encodeURIComponent(model)}`, { method: 'PATCH', body: change })

export function inspectFile(artifact: File, metadata: VersionMetadata): Promise<Inspection> {
  const form = new FormData()
  form.set('artifact', artifact)
  form.set('metadata', JSON.stringify(metadata))
  return callApi<Inspection>('/models/inspect', { method: 'POST', form })
}

export interface Upload {
  model: string
  artifact: File
  metadata: VersionMetadata
  reference: File | null
}

export interface Registered {
  model: ModelSummary
  version: Pick<Version, 'id' | 'number'>
}

export interface RemoteUpload {
  endpoint: unknown
  metadata: VersionMetadata
  reference: File | null
}

function remoteForm({ endpoint, metadata, reference }: RemoteUpload): FormData {
  const form = new FormData()
  form.set('endpoint', JSON.stringify(endpoint))
  form.set('metadata', JSON.stringify(metadata))
  if (reference) form.set('reference', reference)
  return form
}

export const tryEndpoint = (upload: RemoteUpload) => callApi<EndpointTrial>('/remote-endpoints/try', { method: 'POST', form: remoteForm(upload) })

export const registerRemoteVersion = (model: string, upload: RemoteUpload) =>
  callApi<Registered>(`/models/${encodeURIComponent(model)}/remote-versions`, { method: 'POST', form: remoteForm(upload) })

/** fetch cannot tell how much of a body has been sent, so this one is an XMLHttpRequest. `onSent` gets 0 to 1. */
export function uploadVersion({ model, artifact, metadata, reference }: Upload, onSent: (share: number) => void): Promise<Registered> {
  const form = new FormData()
  form.set('artifact', artifact)
  form.set('metadata', JSON.stringify(metadata))
  if (reference) form.set('reference', reference)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/models/${encodeURIComponent(model)}/versions`)
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => onSent(lengthComputable && total > 0 ? loaded / total : 0)
    request.upload.onload = () => onSent(1)
    request.onerror = () => reject(new ApiError(0, 'unreachable', 'Flightdeck cannot be reached. Nothing was registered; try again.', [], undefined))
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Registered)
      else reject(errorOf(request.status, request.response))
    }
    request.send(form)
  })
}

function errorOf(status: number, answer: unknown): ApiError {
  const { code, detail, errors, requestId } = (answer ?? {}) as {
    code?: string
    detail?: string
    errors?: { path: string; message: string }[]
    requestId?: string
  }
  return new ApiError(status, code ?? 'unknown', detail ?? `The server answered ${status}.`, errors ?? [], requestId)
}
