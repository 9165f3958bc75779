import Link from 'next/link'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark } from '@/components/ui/status-mark'
import type { WaitingItem } from '@/lib/reports/contract'
import { keepPercents } from './in-words'

/** What needs a person, most urgent first. */
export function WaitingList({ items }: { items: WaitingItem[] }) {
  if (items.length === 0) {
    return (
      <EmptyState title="Nothing needs you">No promotion waits for a decision and no incident is open.</EmptyState>
    )
  }
  return (
    <ul className="divide-y rounded-lg border bg-surface shadow-card">
      {items.map((item) => (
        <li key={item.id}>
          <Link href={item.href} prefetch={false} className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3 hover:bg-hover">
            <StatusMark state={item.state} label={item.kind === 'promotion' ? 'To decide' : undefined} className="w-36 shrink-0" />
            <span className="min-w-0 flex-1 basis-72">
              <span className="block font-medium">
                {item.kind === 'incident' && item.modelName !== null && `${item.modelName}: `}
                {item.title}
              </span>
              <span className="block text-sm text-ink-muted">{keepPercents(item.sentence)}</span>
            </span>
            <RelativeTime at={item.at} />
          </Link>
        </li>
      ))}
    </ul>
  )
}
