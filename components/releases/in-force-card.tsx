import Link from 'next/link'
import type { ReactNode } from 'react'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDateTime } from '@/components/ui/format'
import { KeyValueList } from '@/components/ui/key-value-list'
import type { ReleaseRecord } from '@/lib/releases/contract'
import { approvedBy, armsInWords } from './in-words'

export interface InForceCardProps {
  environment: string
  release: ReleaseRecord | null
  /** The moment asked about; null for now. */
  at: number | null
  actions?: ReactNode
}

/** What serves in an environment, since when, approved by whom. */
export function InForceCard({ environment, release, at, actions }: InForceCardProps) {
  const title = `In ${environment} ${at === null ? 'now' : `on ${formatDateTime(at)}`}`
  if (release === null) {
    return (
      <Card title={title}>
        <EmptyState title={at === null ? 'Nothing released yet' : 'Nothing was in force'}>
          {at === null ? 'Promote a version from its page.' : 'The first release came later.'}
        </EmptyState>
      </Card>
    )
  }
  const { promotion } = release
  return (
    <Card title={title} actions={actions}>
      <p className="text-lg font-medium">{armsInWords(release.arms)}</p>
      <KeyValueList
        className="mt-2"
        items={[
          { label: 'Since', value: formatDateTime(release.startedAt) },
          ...(release.endedAt === null ? [] : [{ label: 'Until', value: formatDateTime(release.endedAt) }]),
          { label: release.kind === 'rollback' ? 'Rolled back by' : 'Started by', value: release.startedByName },
          ...(promotion === null
            ? []
            : [
                {
                  label: 'Approved by',
                  value: (
                    <>
                      {approvedBy(promotion.approvals) ?? 'No approval was needed.'} <Link className="link" href={`/promotions/${promotion.id}`}>See the promotion</Link>
                    </>
                  ),
                },
              ]),
          { label: 'Why', value: release.reason },
        ]}
      />
    </Card>
  )
}
