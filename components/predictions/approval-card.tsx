import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { formatDateTime } from '@/components/ui/format'
import { KeyValueList, type KeyValueItem } from '@/components/ui/key-value-list'
import type { Decision } from '@/lib/explanations/contract'
import type { Promotion, ReleaseRecord } from '@/lib/releases/contract'

/** Which version decided, by which release, who asked for it and who approved it. */
export function ApprovalCard({ decision }: { decision: Decision }) {
  const { madeBy, model, release } = decision
  const items: KeyValueItem[] = [
    {
      label: 'Version',
      value: (
        <Link href={`/models/${model.slug}/versions/${madeBy.number}`} className="link">
          {model.name} v{madeBy.number}
        </Link>
      ),
    },
    {
      label: 'File (SHA-256)',
      value: (
        <>
          <code title={madeBy.artifactHash}>{madeBy.artifactHash.slice(0, 16)}…</code> <CopyButton value={madeBy.artifactHash} label="SHA-256 of the file" />
        </>
      ),
    },
    { label: 'Registered', value: `by ${madeBy.registeredBy} on ${formatDateTime(madeBy.registeredAt)}` },
    ...(release ? releaseItems(model.slug, release) : [{ label: 'Release', value: 'Not found in the releases of this model.' }]),
  ]
  return (
    <Card title="Who stands behind it">
      <KeyValueList items={items} />
    </Card>
  )
}

function releaseItems(slug: string, release: ReleaseRecord): KeyValueItem[] {
  const { promotion } = release
  const kind = release.kind === 'rollback' ? 'rolled back' : 'released'
  return [
    {
      label: 'Release',
      value: (
        <>
          <Link href={`/models/${slug}/releases?at=${new Date(release.startedAt).toISOString()}`} className="link">
            No. {release.sequence} in {release.environment}
          </Link>
          <span className="block text-xs text-ink-muted">
            {kind} by {release.startedByName} on {formatDateTime(release.startedAt)}
            {release.endedAt === null ? ', in force now' : `, until ${formatDateTime(release.endedAt)}`}
          </span>
        </>
      ),
    },
    ...(promotion ? promotionItems(promotion) : []),
  ]
}

function promotionItems(promotion: Promotion): KeyValueItem[] {
  const approvals = promotion.approvals.filter((approval) => approval.decision === 'approve')
  return [
    {
      label: 'Requested',
      value: (
        <>
          by {promotion.requestedByName} on {formatDateTime(promotion.requestedAt)}
          <span className="block text-xs text-ink-muted">“{promotion.reason}”</span>
        </>
      ),
    },
    {
      label: 'Approved',
      value:
        approvals.length === 0 ? (
          `no approval is needed in ${promotion.environment}`
        ) : (
          <ul className="grid gap-1">
            {approvals.map((approval) => (
              <li key={approval.id}>
                by {approval.userName} on {formatDateTime(approval.at)}
                {approval.comment !== '' && <span className="block text-xs text-ink-muted">“{approval.comment}”</span>}
              </li>
            ))}
          </ul>
        ),
    },
    {
      label: 'Evidence',
      value: (
        <Link href={`/promotions/${promotion.id}`} className="link">
          Gates and approvals of this promotion
        </Link>
      ),
    },
  ]
}
