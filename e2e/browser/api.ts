// The API as a person or a program calls it, beside the browser.

export interface Answer<T> {
  status: number
  body: T
}

/** What a refusal says. */
export interface Problem {
  code: string
  detail: string
  errors?: { path: string; rule?: string; message: string }[]
}

export interface Api {
  <T>(method: string, path: string, body?: unknown): Promise<Answer<T>>
}

export function apiOf(url: string, identity: { cookie: string } | { token: string }): Api {
  const headers: Record<string, string> = 'token' in identity ? { authorization: `Bearer ${identity.token}` } : { cookie: identity.cookie }
  return async <T>(method: string, path: string, body?: unknown) => {
    const isForm = body instanceof FormData
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: body === undefined || isForm ? headers : { ...headers, 'content-type': 'application/json' },
      body: isForm ? body : body === undefined ? null : JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as T }
  }
}

/** For what must work: the body, or a failure that says what was answered. */
export async function done<T>(call: Promise<Answer<T>>): Promise<T> {
  const { status, body } = await call
  if (status !== 200) throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
  return body
}
