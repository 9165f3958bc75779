import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import type { State } from '@/components/ui/status-mark'
import type { Promotion } from '@/lib/releases/contract'

const STATES: Record<Promotion['status'], State> = { pending: 'pending', approved: 'ok', rejected: 'problem', cancelled: 'unknown' }

export function PromotionsCard({ promotions }: { promotions: readonly Promotion[] }) {
  return (
    <Card title="Promotions of this version">
      {promotions.length === 0 && <p className="text-sm text-ink-muted">Nobody has asked to release it yet.</p>}
      <ul className="grid gap-3 text-sm">
        {promotions.map((promotion) => (
          <li key={promotion.id}>
            <span className="flex flex-wrap items-center gap-2">
              <Link href={`/promotions/${promotion.id}`} className="link">
                To {promotion.environment}
              </Link>
              <Badge state={STATES[promotion.status]}>{promotion.status}</Badge>
            </span>
            <p className="text-ink-muted">
              Asked by {promotion.requestedByName} <RelativeTime at={promotion.requestedAt} />: {promotion.reason}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}
