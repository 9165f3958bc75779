// Mutations of people and tokens for components, and the one fetch that turns problem documents into errors.
import type { NewPerson, NewToken, Person, PersonChange, TokenRow } from './contract'

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: { path: string; message: string }[],
    readonly requestId: string | undefined,
  ) {
    super(message)
  }
}

interface Problem {
  code?: string
  detail?: string
  requestId?: string
  errors?: { path: string; message: string }[]
}

/** fetch with JSON in and out; throws ApiError with the problem's own sentence. */
export async function callApi<T>(path: string, options: { method?: string; body?: unknown; form?: FormData; signal?: AbortSignal } = {}): Promise<T> {
  const { method = 'GET', body, form, signal } = options
  const response = await fetch(`/api${path}`, {
    method,
    signal: signal ?? null,
    body: form ?? (body === undefined ? null : JSON.stringify(body)),
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, 'unreachable', 'Flightdeck cannot be reached. Check the connection, then try again.', [], undefined)
  })
  if (response.ok) return (await response.json()) as T
  const problem = (await response.json().catch(() => ({}))) as Problem
  throw new ApiError(
    response.status,
    problem.code ?? 'unknown',
    problem.detail ?? `The server answered ${response.status}.`,
    problem.errors ?? [],
    problem.requestId,
  )
}

export const setUp = (person: Omit<NewPerson, 'role'>) => callApi<Person>('/setup', { method: 'POST', body: person })
export const addPerson = (person: NewPerson) => callApi<Person>('/people', { method: 'POST', body: person })
export const changePerson = (id: string, change: PersonChange) => callApi<Person>(`/people/${id}`, { method: 'PATCH', body: change })
export const addToken = (token: NewToken) => callApi<{ token: TokenRow; secret: string }>('/tokens', { method: 'POST', body: token })
export const revokeToken = (id: string) => callApi<{ revoked: true }>(`/tokens/${id}/revoke`, { method: 'POST' })
