import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { EntryCard } from '@/components/access/entry-card'
import { SetupForm } from '@/components/access/setup-form'
import { countPeople } from '@/lib/access/queries'
import { database } from '@/lib/database'

export const metadata: Metadata = { title: 'Create the administrator' }

export default async function SetupPage() {
  if ((await countPeople(await database())) > 0) redirect('/sign-in')
  return (
    <EntryCard title="Create the administrator">
      <SetupForm />
    </EntryCard>
  )
}
