import type { Metadata } from 'next'
import { NotAllowed } from '@/components/access/not-allowed'
import { PeopleSection } from '@/components/access/people-section'
import { PageHeader } from '@/components/layout/page-header'
import { can, requireVisitor } from '@/lib/access/page'
import { listPeople } from '@/lib/access/queries'
import { database } from '@/lib/database'

export const metadata: Metadata = { title: 'People' }

export default async function PeoplePage() {
  const visitor = await requireVisitor()
  if (!can(visitor)('people:write')) return <NotAllowed what="People and roles" who="administrators" />
  return (
    <>
      <PageHeader title="People" description="Who may sign in, and what their role allows. A change counts at once." />
      <PeopleSection people={await listPeople(await database())} myId={visitor.id} />
    </>
  )
}
