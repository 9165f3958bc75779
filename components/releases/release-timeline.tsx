import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { formatDateTime, formatDuration } from '@/components/ui/format'
import { Timeline, type TimelineItem } from '@/components/ui/timeline'
import type { ReleaseRecord } from '@/lib/releases/contract'
import { approvedBy, armsInWords } from './in-words'

export interface ReleaseTimelineProps {
  environment: string
  /** Newest first. */
  releases: readonly ReleaseRecord[]
  /** The one that was in force at the time asked about. */
  selectedId: string | undefined
}

export function ReleaseTimeline({ environment, releases, selectedId }: ReleaseTimelineProps) {
  const items = releases.map((release): TimelineItem => {
    const { promotion } = release
    const approvers = promotion && approvedBy(promotion.approvals)
    const approval = approvers === null ? 'no approval was needed' : `${release.kind === 'rollback' ? 'first approved by' : 'approved by'} ${approvers}`
    return {
      key: release.id,
      at: release.startedAt,
      state: release.endedAt === null ? 'ok' : release.kind === 'rollback' ? 'attention' : undefined,
      title: (
        <>
          {armsInWords(release.arms)} {release.endedAt === null && <Badge state="ok">{selectedId === undefined ? 'in force' : 'in force now'}</Badge>}{' '}
          {release.id === selectedId && <Badge state="info">in force then</Badge>}
        </>
      ),
      children: (
        <>
          <p>{release.reason}</p>
          <p>
            {release.kind === 'rollback' ? `Rolled back by ${release.startedByName}` : promotion ? `Requested by ${promotion.requestedByName}` : `Started by ${release.startedByName}`}
            {promotion && (
              <>
                {', '}
                <Link className="link" href={`/promotions/${promotion.id}`}>{approval}</Link>
              </>
            )}
            .
          </p>
          <p className="text-xs tabular-nums">
            {release.endedAt === null
              ? `Release ${release.sequence}, since ${formatDateTime(release.startedAt)}`
              : `Release ${release.sequence}, ${formatDateTime(release.startedAt)} to ${formatDateTime(release.endedAt)} (${formatDuration(release.endedAt - release.startedAt)})`}
          </p>
        </>
      ),
    }
  })
  return <Timeline label={`Releases in ${environment}`} items={items} />
}
