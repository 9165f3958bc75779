import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { SignInForm } from '@/components/access/sign-in-form'
import { EntryCard } from '@/components/access/entry-card'
import { ownPath } from '@/lib/access/own-path'
import { visitor } from '@/lib/access/page'
import { countPeople, demoAccounts } from '@/lib/access/queries'
import { ROLE_WORDS } from '@/lib/access/contract'
import { database } from '@/lib/database'
import { environment } from '@/lib/platform/environment'

export const metadata: Metadata = { title: 'Sign in' }

interface Props {
  searchParams: Promise<{ to?: string | string[] }>
}

export default async function SignInPage({ searchParams }: Props) {
  const db = await database()
  if ((await countPeople(db)) === 0) redirect('/setup')
  const target = ownPath((await searchParams).to)
  if (await visitor()) redirect(target)
  const demo = environment().isDemo ? await demoAccounts(db) : null
  const accounts = demo?.accounts.map((account) => ({ ...account, words: ROLE_WORDS[account.role] })) ?? []
  return (
    <EntryCard title="Sign in to Flightdeck">
      <SignInForm target={target} demo={demo === null ? null : { accounts, password: demo.password }} />
    </EntryCard>
  )
}
