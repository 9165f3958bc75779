// next-auth's settings. Only Next's own route imports this; the API reads the cookie by session.ts.
import type { NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
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
        authorize: async (credentials, request) => {
          const address = String(request.headers?.['x-forwarded-for'] ?? 'local').split(',')[0] ?? 'local'
          const person = await signIn({
            email: credentials?.email ?? '',
            password: credentials?.password ?? '',
            address,
          })
          return { id: person.id, name: person.name }
        },
      }),
    ],
    callbacks: {
      jwt: async ({ token, user }) => ({ ...token, ...(user ? await sessionClaims(user.id) : {}) }),
      session: ({ session, token }) => ({ ...session, userId: token.sub }),
    },
    logger: { error: () => undefined, warn: () => undefined, debug: () => undefined },
  }
}
