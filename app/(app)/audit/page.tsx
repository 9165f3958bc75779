import type { Metadata } from 'next'
import { NotAllowed } from '@/components/access/not-allowed'
import { AuditFilters } from '@/components/audit/audit-filters'
import { AuditTable } from '@/components/audit/audit-table'
import { CheckChainButton } from '@/components/audit/check-chain-button'
import { PageHeader } from '@/components/layout/page-header'
import { ButtonLink } from '@/components/ui/button'
import { NoMatchState } from '@/components/ui/no-match-state'
import { Pagination } from '@/components/ui/pagination'
import { can, requireVisitor } from '@/lib/access/page'
import { listAuditEvents } from '@/lib/audit/queries'
import { database } from '@/lib/database'
import { DAY_MS } from '@/lib/platform/clock'

export const metadata: Metadata = { title: 'Audit' }

interface Props {
  searchParams: Promise<{ text?: string; action?: string; from?: string; to?: string; before?: string }>
}

export default async function AuditPage({ searchParams }: Props) {
  const visitor = await requireVisitor()
  if (!can(visitor)('audit:read')) return <NotAllowed what="The audit chain" who="auditors, approvers and administrators" />
  const { text, action, from, to, before } = await searchParams
  const day = (value: string | undefined) => (value && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : undefined)
  const end = day(to)
  const filter = { text, action, from: day(from), to: end === undefined ? undefined : end + DAY_MS, before: Number(before) || undefined }
  const page = await listAuditEvents(await database(), filter)
  const query = (changes: Record<string, string>) => new URLSearchParams(Object.entries({ text, action, from, to, ...changes }).filter((entry): entry is [string, string] => Boolean(entry[1]))).toString()
  return (
    <>
      <PageHeader
        title="Audit"
        description="Who did what to which thing, when and why. Each event carries the hash of the one before it; the database refuses changes."
        actions={<ButtonLink href={`/api/audit/export?${query({})}`} prefetch={false}>Download as CSV</ButtonLink>}
      />
      <div className="grid gap-5">
        <CheckChainButton />
        <AuditFilters />
        {page.events.length === 0 ? (
          <NoMatchState title="No event matches" resetHref="/audit">Take a filter away or widen the dates.</NoMatchState>
        ) : (
          <div className="rounded-lg border bg-surface shadow-card">
            <AuditTable events={page.events} />
            <Pagination previousHref={before ? `/audit?${query({})}` : undefined} nextHref={page.nextBefore === null ? undefined : `/audit?${query({ before: String(page.nextBefore) })}`} />
          </div>
        )}
      </div>
    </>
  )
}
