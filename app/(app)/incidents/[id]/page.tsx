import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { DeliveryTable } from '@/components/alerts/delivery-table'
import { EvidenceCard } from '@/components/alerts/evidence-card'
import { IncidentActions } from '@/components/alerts/incident-actions'
import { ACTION_WORDS, eventDetail, incidentState, STATUS_WORDS } from '@/components/alerts/in-words'
import { PageHeader } from '@/components/layout/page-header'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { StatusMark } from '@/components/ui/status-mark'
import { Timeline } from '@/components/ui/timeline'
import { can, requireVisitor } from '@/lib/access/page'
import { findIncident, incidentTimeline, listDeliveries } from '@/lib/alerts/queries'
import { database } from '@/lib/database'

interface Props {
  params: Promise<{ id: string }>
}

const incidentOf = cache(async (id: string) => findIncident(await database(), id))

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await requireVisitor()
  return { title: (await incidentOf((await params).id))?.title ?? 'Incident' }
}

export default async function IncidentPage({ params }: Props) {
  const may = can(await requireVisitor())
  const db = await database()
  const incident = await incidentOf((await params).id)
  if (!incident) notFound()
  const [events, deliveries] = await Promise.all([incidentTimeline(db, incident.id), listDeliveries(db, { incidentId: incident.id })])
  const mayHandle = may('incident:handle') && incident.status !== 'resolved'
  return (
    <>
      <PageHeader
        title={incident.title}
        breadcrumbs={[{ label: 'Incidents', href: '/incidents' }]}
        mark={<StatusMark state={incidentState(incident)} label={STATUS_WORDS[incident.status]} />}
        description={
          incident.modelSlug === null ? undefined : (
            <>
              <Link href={`/models/${incident.modelSlug}`} className="link">{incident.modelName}</Link> in {incident.environment}
            </>
          )
        }
        actions={mayHandle ? <IncidentActions incident={incident} /> : undefined}
      />
      <div className="grid gap-5">
        <Callout state={incidentState(incident)} title={incident.sentence}>
          {incident.resolution !== null && `Resolved by ${incident.resolvedBy ?? 'Flightdeck'}: ${incident.resolution}`}
        </Callout>
        <div className="grid items-start gap-5 lg:grid-cols-2">
          <EvidenceCard incident={incident} />
          <Card title="What happened">
            <Timeline
              label="Timeline of this incident"
              items={events.map((event) => ({
                key: event.id,
                at: event.at,
                title: `${ACTION_WORDS[event.action] ?? event.action} by ${event.actorName}`,
                children: eventDetail(event),
                state: event.action === 'incident.resolved' ? ('ok' as const) : event.action === 'incident.opened' ? incident.severity : undefined,
              }))}
            />
          </Card>
        </div>
        <Card flush title="Messages">
          {deliveries.length === 0 ? <EmptyState title="Nobody was told">No channel was set when it opened.</EmptyState> : <DeliveryTable deliveries={deliveries} />}
        </Card>
      </div>
    </>
  )
}
