import type { Metadata } from 'next'
import { Layers } from 'lucide-react'
import { BatchTabs } from '@/components/batch/batch-tabs'
import { JobFilters } from '@/components/batch/job-filters'
import { JobTable } from '@/components/batch/job-table'
import { PageHeader } from '@/components/layout/page-header'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { NoMatchState } from '@/components/ui/no-match-state'
import { Pagination } from '@/components/ui/pagination'
import { decodeCursor, encodeCursor, z } from '@/lib/access/http'
import { can, requireVisitor } from '@/lib/access/page'
import { BATCH_STATUSES } from '@/lib/batch/contract'
import { listBatchJobs, listBatchSchedules } from '@/lib/batch/queries'
import { database } from '@/lib/database'
import { listModels } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Batch' }

interface Props {
  searchParams: Promise<{ status?: string; model?: string; schedule?: string; cursor?: string }>
}

const cursorSchema = z.object({ createdAt: z.number(), id: z.string() })
const statuses = [...BATCH_STATUSES, 'open'] as const

export default async function BatchPage({ searchParams }: Props) {
  const may = can(await requireVisitor())
  const asked = await searchParams
  const db = await database()
  const [{ models }, schedules] = await Promise.all([listModels(db, { limit: 200 }), listBatchSchedules(db)])
  const { jobs, next } = await listBatchJobs(db, {
    status: statuses.find((status) => status === asked.status),
    modelId: models.find((model) => model.slug === asked.model)?.id,
    scheduleId: asked.schedule || undefined,
    before: decodeCursor(cursorSchema, asked.cursor),
    limit: 30,
  })
  const isFiltered = Boolean(asked.status || asked.model || asked.schedule)
  const query = (cursor?: string) => `?${new URLSearchParams(Object.entries({ ...asked, cursor }).filter((entry): entry is [string, string] => Boolean(entry[1])))}`
  const begin = may('batch:write') ? <ButtonLink href="/batch/new" variant="primary">New batch job</ButtonLink> : undefined
  return (
    <>
      <PageHeader title="Batch" description="Whole files of rows, scored at once or every night." actions={begin}>
        <BatchTabs current="/batch" schedules={schedules.length} />
      </PageHeader>
      <div className="grid gap-4">
        <JobFilters models={models} schedules={schedules} />
        {jobs.length > 0 ? (
          <>
            <JobTable jobs={jobs} />
            <Pagination previousHref={asked.cursor ? query() : undefined} nextHref={next === null ? undefined : query(encodeCursor(next))} />
          </>
        ) : (
          <Card>
            {isFiltered ? (
              <NoMatchState title="No job matches" resetHref="/batch" />
            ) : (
              <EmptyState title="No batch job so far" icon={<Layers aria-hidden />} action={begin}>
                A job scores a file of rows (CSV, Parquet, JSON lines) or the rows of a query with the released version, and gives a file of answers and one of the rows that were rejected, each with its reason.
              </EmptyState>
            )}
          </Card>
        )}
      </div>
    </>
  )
}
