// next-auth's settings. Only Next's own route imports this; the API reads the cookie by session.ts.
import type { NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { signIn } from './commands'
import { sessionClaims, sessionSecret } from './session'

const SESSION_SECONDS = 12 * 60 * 60

export async function authOptions(): Promise<NextAuthOptions> {
  return {
    secret: await sessionSecret(),
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    // OIDC providers from the environment join this list.
    providers: [
      CredentialsProvider({
        credentials: { email: {}, password: {} },
        authorize: (credentials, request) => enter(credentials, addressOf(request.headers?.['x-forwarded-for'])),
      }),
    ],
    callbacks: {
      jwt: async ({ token, user }) => ({ ...token, ...(user ? await sessionClaims(user.id) : {}) }),
      session: ({ session, token }) => ({ ...session, userId: token.sub }),
    },
    logger: { error: () => undefined, warn: () => undefined, debug: () => undefined },
  }
}

/** The message of what this throws is shown to the caller. */
export async function enter(credentials: Record<string, unknown> | undefined, address: string): Promise<{ id: string; name: string }> {
  const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
  try {
    const { id, name } = await signIn({ email: textOf(credentials?.email), password: textOf(credentials?.password), address })
    return { id, name }
  } catch (error) {
    if (isProblem(error)) throw error
    logger().error({ err: error }, 'signing in failed')
    throw new ProblemError('internal', 'Signing in failed inside Flightdeck. Try again; the log of the server says why.', { cause: error })
  }
}

/** The last address: what stands before it was there when the request came to the proxy, and may be made up. */
export function addressOf(forwardedFor: unknown): string {
  return String(forwardedFor ?? '').split(',').at(-1)?.trim() || 'local'
}
