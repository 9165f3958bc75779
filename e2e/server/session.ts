// Signing in without a browser, by next-auth's own two calls.

export const DEMO_PASSWORD = 'flightdeck-demo'

function cookiesOf(response: Response): string {
  return response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]).join('; ')
}

/** The Cookie header of a fresh session. */
export async function signInCookie(url: string, email: string, password: string = DEMO_PASSWORD): Promise<string> {
  const first = await fetch(`${url}/api/auth/csrf`)
  const { csrfToken } = (await first.json()) as { csrfToken: string }
  const second = await fetch(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookiesOf(first) },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true' }),
  })
  const cookie = cookiesOf(second)
  if (!cookie.includes('session-token')) throw new Error(`signing in as ${email} did not work: ${second.status}`)
  return cookie
}
