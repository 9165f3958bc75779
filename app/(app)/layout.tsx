import type { ReactNode } from 'react'
import { AppShell } from '@/components/layout/app-shell'
import { appNavigation } from '@/components/layout/app-navigation'
import { can, requireVisitor } from '@/lib/access/page'
import { demoAccounts, findPerson } from '@/lib/access/queries'
import { countOpenIncidents } from '@/lib/alerts/queries'
import { database } from '@/lib/database'
import { countPendingPromotions } from '@/lib/releases/queries'

export default async function AppLayout({ children }: { children: ReactNode }) {
  const visitor = await requireVisitor()
  const db = await database()
  const [person, incidents, promotions, demo] = await Promise.all([
    findPerson(db, visitor.id),
    countOpenIncidents(db),
    countPendingPromotions(db),
    demoAccounts(db),
  ])
  return (
    <AppShell
      navigation={appNavigation(can(visitor), { incidents, promotions })}
      account={{ name: visitor.name, email: person?.email ?? '', role: visitor.role }}
      notice={demo === null ? undefined : 'Demo: clinic and shop data is simulated, German Credit is public data.'}
    >
      {children}
    </AppShell>
  )
}
