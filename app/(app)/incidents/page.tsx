import type { Metadata } from 'next'
import { IncidentFilters } from '@/components/alerts/incident-filters'
import { IncidentTable } from '@/components/alerts/incident-table'
import { PageHeader } from '@/components/layout/page-header'
import { RunChecksButton } from '@/components/monitoring/run-checks-button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { NoMatchState } from '@/components/ui/no-match-state'
import { Pagination } from '@/components/ui/pagination'
import { decodeCursor, encodeCursor, z } from '@/lib/access/http'
import { can, requireVisitor } from '@/lib/access/page'
import { INCIDENT_KINDS, INCIDENT_STATUSES } from '@/lib/alerts/contract'
import { listIncidents } from '@/lib/alerts/queries'
import { database } from '@/lib/database'
import { listModels } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Incidents' }

interface Props {
  searchParams: Promise<{ status?: string; kind?: string; model?: string; cursor?: string }>
}

const cursorSchema = z.object({ isResolved: z.boolean(), openedAt: z.number(), id: z.string() })
const statuses = [...INCIDENT_STATUSES, 'unresolved'] as const

export default async function IncidentsPage({ searchParams }: Props) {
  const may = can(await requireVisitor())
  const asked = await searchParams
  const db = await database()
  const { models } = await listModels(db, { limit: 200 })
  const model = models.find((one) => one.slug === asked.model)
  const page = await listIncidents(db, {
    status: statuses.find((status) => status === asked.status),
    kind: INCIDENT_KINDS.find((kind) => kind === asked.kind),
    modelId: model?.id,
    before: decodeCursor(cursorSchema, asked.cursor),
    limit: 30,
  })
  const isFiltered = Boolean(asked.status || asked.kind || asked.model)
  const query = (cursor?: string) => `?${new URLSearchParams(Object.entries({ ...asked, cursor }).filter((entry): entry is [string, string] => Boolean(entry[1])))}`
  return (
    <>
      <PageHeader
        title="Incidents"
        description="What a check found out of line, until it has recovered or somebody resolved it."
        actions={may('check:run') ? <RunChecksButton /> : undefined}
      />
      <div className="grid gap-4">
        <IncidentFilters models={models} />
        {page.incidents.length > 0 ? (
          <>
            <IncidentTable incidents={page.incidents} />
            <Pagination previousHref={asked.cursor ? query() : undefined} nextHref={page.next === null ? undefined : query(encodeCursor(page.next))} />
          </>
        ) : (
          <Card>
            {isFiltered ? (
              <NoMatchState title="No incident matches" resetHref="/incidents" />
            ) : (
              <EmptyState title="No incident so far">Monitors are checked each hour. What they find appears here and goes to the channels.</EmptyState>
            )}
          </Card>
        )}
      </div>
    </>
  )
}
