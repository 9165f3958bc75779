import { Timeline, type TimelineItem } from '@/components/ui/timeline'
import type { Promotion } from '@/lib/releases/contract'
import { planInWords } from './in-words'

/** Who asked, who decided, and what they wrote; newest first. */
export function PromotionHistory({ promotion }: { promotion: Promotion }) {
  const decisions = promotion.approvals.map(
    (approval): TimelineItem => ({
      key: approval.id,
      at: approval.at,
      state: approval.decision === 'approve' ? 'ok' : 'problem',
      title: `${approval.userName} ${approval.decision === 'approve' ? 'approved' : 'rejected'}`,
      ...(approval.comment === '' ? {} : { children: approval.comment }),
    }),
  )
  const items: TimelineItem[] = [
    ...(promotion.status === 'cancelled' && promotion.decidedAt !== null
      ? [{ key: 'cancelled', at: promotion.decidedAt, state: 'unknown' as const, title: 'The request was cancelled' }]
      : []),
    ...decisions.reverse(),
    {
      key: 'requested',
      at: promotion.requestedAt,
      state: 'info',
      title: `${promotion.requestedByName} asked to release version ${promotion.versionNumber} to ${promotion.environment}, ${planInWords(promotion.plan)}`,
      children: promotion.reason,
    },
  ]
  return <Timeline label="Decisions and comments" items={items} />
}
