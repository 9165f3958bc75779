// Batch jobs for components.
import { queryOptions } from '@tanstack/react-query'
import { ApiError, callApi } from '@/lib/access/client'
import type {
  BatchAction, BatchDeliveryRow, BatchInspection, BatchJob, BatchPlaces, BatchSchedule, BatchScheduleChange, InspectBatch, NewBatchJob, NewBatchSchedule, UploadedFile,
} from './contract'
import { hasEnded } from './rules/status'

const LOOK_EVERY_MS = 1000

const pathOf = (id: string) => `/batch/jobs/${encodeURIComponent(id)}`
const schedulePath = (id: string) => `/batch/schedules/${encodeURIComponent(id)}`

/** Looked at again while the job is under way. */
export const batchJobQuery = (job: BatchJob) =>
  queryOptions({
    queryKey: ['batch', 'jobs', job.id] as const,
    queryFn: () => callApi<BatchJob>(pathOf(job.id)),
    initialData: job,
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.status) ? false : LOOK_EVERY_MS),
  })

/** The page's own rows, as they are now. */
export const batchJobsQuery = (jobs: readonly BatchJob[]) =>
  queryOptions({
    queryKey: ['batch', 'jobs', jobs.map((job) => `${job.id} ${job.status}`).join(',')] as const,
    queryFn: async () => Promise.all(jobs.map((job) => (hasEnded(job.status) ? job : callApi<BatchJob>(pathOf(job.id))))),
    initialData: [...jobs],
    refetchInterval: ({ state }) => ((state.data ?? jobs).some((job) => !hasEnded(job.status)) ? LOOK_EVERY_MS : false),
  })

export const batchPlacesQuery = queryOptions({ queryKey: ['batch', 'places'] as const, queryFn: () => callApi<BatchPlaces>('/batch/places') })

export const timingQuery = (timing: { pattern: string; timeZone: string }) =>
  queryOptions({
    queryKey: ['batch', 'timing', timing.pattern, timing.timeZone] as const,
    queryFn: () => callApi<{ words: string; runs: number[] }>('/batch/schedules/preview', { method: 'POST', body: timing }),
    retry: false,
  })

export const inspectionQuery = (asked: InspectBatch) =>
  queryOptions({
    queryKey: ['batch', 'inspect', JSON.stringify(asked)] as const,
    queryFn: ({ signal }) => callApi<BatchInspection>('/batch/inspect', { method: 'POST', body: asked, signal }),
    retry: false,
    staleTime: 60_000,
  })

export const createJob = (job: NewBatchJob) => callApi<BatchJob>('/batch/jobs', { method: 'POST', body: job })
export const actOnJob = (id: string, action: BatchAction) => callApi<BatchJob>(`${pathOf(id)}/${action}`, { method: 'POST' })
export const redeliver = (id: string) => callApi<{ deliveries: BatchDeliveryRow[] }>(`${pathOf(id)}/redeliver`, { method: 'POST' })
export const createSchedule = (schedule: NewBatchSchedule) => callApi<BatchSchedule>('/batch/schedules', { method: 'POST', body: schedule })
export const changeSchedule = (id: string, change: BatchScheduleChange) => callApi<BatchSchedule>(schedulePath(id), { method: 'PATCH', body: change })
export const deleteSchedule = (id: string) => callApi<{ deleted: true }>(schedulePath(id), { method: 'DELETE' })
export const runSchedule = (id: string) => callApi<BatchJob>(`${schedulePath(id)}/run`, { method: 'POST' })

export interface Upload {
  finished: Promise<UploadedFile>
  cancel(): void
}

/** With XMLHttpRequest: fetch does not tell how much of a body has gone out. */
export function uploadFile(file: File, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest()
  const finished = new Promise<UploadedFile>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total)
    request.onload = () => {
      const answer = JSON.parse(request.responseText || '{}') as UploadedFile & { code?: string; detail?: string; requestId?: string }
      if (request.status === 200) resolve(answer)
      else reject(new ApiError(request.status, answer.code ?? 'unknown', answer.detail ?? `The server answered ${request.status}.`, [], answer.requestId))
    }
    request.onerror = () => reject(new ApiError(0, 'unreachable', 'The upload was interrupted. Check the connection, then try again.', [], undefined))
    request.onabort = () => reject(new ApiError(0, 'cancelled', 'The upload was cancelled.', [], undefined))
    request.open('POST', `/api/batch/files?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(file)
  })
  return { finished, cancel: () => request.abort() }
}
