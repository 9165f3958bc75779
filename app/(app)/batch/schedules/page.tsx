import type { Metadata } from 'next'
import { CalendarClock } from 'lucide-react'
import { BatchTabs } from '@/components/batch/batch-tabs'
import { ScheduleTable } from '@/components/batch/schedule-table'
import { PageHeader } from '@/components/layout/page-header'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { can, requireVisitor } from '@/lib/access/page'
import { listBatchSchedules } from '@/lib/batch/queries'
import { database } from '@/lib/database'

export const metadata: Metadata = { title: 'Batch schedules' }

export default async function BatchSchedulesPage() {
  const may = can(await requireVisitor())
  const schedules = await listBatchSchedules(await database())
  const begin = may('batch:write') ? <ButtonLink href="/batch/new?when=schedule" variant="primary">New schedule</ButtonLink> : undefined
  return (
    <>
      <PageHeader title="Batch" description="Whole files of rows, scored at once or every night." actions={begin}>
        <BatchTabs current="/batch/schedules" schedules={schedules.length} />
      </PageHeader>
      {schedules.length > 0 ? (
        <ScheduleTable schedules={schedules} mayWrite={may('batch:write')} />
      ) : (
        <Card>
          <EmptyState title="Nothing is scheduled" icon={<CalendarClock aria-hidden />} action={begin}>
            A schedule reads a file of the opened folder or a database, such as tomorrow’s appointments every night at 02:00. One that is missed or fails opens an incident.
          </EmptyState>
        </Card>
      )}
    </>
  )
}
