// For server components: who is looking, and away to the sign-in page when nobody is.
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import type { Permission, Principal } from './contract'
import { may } from './rules'
import { principalOfCookies } from './session'

export type Visitor = Principal & { kind: 'user' }

export async function visitor(): Promise<Visitor | null> {
  const principal = await principalOfCookies((await cookies()).toString())
  return principal?.kind === 'user' ? principal : null
}

/** The signed-in person; otherwise to sign-in and back to this page afterwards. */
export async function requireVisitor(): Promise<Visitor> {
  const person = await visitor()
  if (person) return person
  const path = (await headers()).get('x-path') ?? '/'
  redirect(`/sign-in?to=${encodeURIComponent(path)}`)
}

/** For showing only what would work: `const can = await permissions(visitor)`; `can('release:rollback')`. */
export function can(person: Visitor): (permission: Permission) => boolean {
  return (permission) => may(person, permission)
}
