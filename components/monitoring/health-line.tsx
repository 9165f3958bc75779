import Link from 'next/link'
import type { ReactNode } from 'react'
import { Callout } from '@/components/ui/callout'
import { RelativeTime } from '@/components/ui/relative-time'
import type { IncidentView } from '@/lib/alerts/contract'
import type { Monitor } from '@/lib/monitoring/contract'
import { healthSentence } from './in-words'

export interface HealthLineProps {
  monitors: readonly Monitor[]
  /** Unresolved ones of this model and environment. */
  incidents: readonly IncidentView[]
  actions?: ReactNode
}

/** How the model is, in one sentence, and who says so since when. */
export function HealthLine({ monitors, incidents, actions }: HealthLineProps) {
  const { state, sentence, checkedAt } = healthSentence(monitors)
  const isProblem = incidents.some((incident) => incident.severity === 'problem')
  return (
    <Callout state={isProblem ? 'problem' : state} title={sentence} actions={actions}>
      {checkedAt === null ? 'Not checked yet.' : <>Checked <RelativeTime at={checkedAt} />.</>}
      {incidents.map((incident) => (
        <span key={incident.id}>
          {' '}
          <Link href={`/incidents/${incident.id}`} className="link">
            Incident: {incident.title}
          </Link>
          .
        </span>
      ))}
    </Callout>
  )
}
