import type { Metadata } from 'next'
import { PageHeader } from '@/components/layout/page-header'
import { PromotionFilters } from '@/components/releases/promotion-filters'
import { PromotionsTable } from '@/components/releases/promotions-table'
import { EmptyState } from '@/components/ui/empty-state'
import { NoMatchState } from '@/components/ui/no-match-state'
import { Pagination } from '@/components/ui/pagination'
import { Section } from '@/components/ui/section'
import { decodeCursor, encodeCursor, z } from '@/lib/access/http'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { findModel, listModels } from '@/lib/registry/queries'
import { PROMOTION_STATUSES } from '@/lib/releases/contract'
import { listPromotions, pendingPromotions } from '@/lib/releases/queries'
import { decisionRefusal } from '@/lib/releases/rules'

export const metadata: Metadata = { title: 'Promotions' }

interface Props {
  searchParams: Promise<{ status?: string; model?: string; cursor?: string }>
}

const cursorSchema = z.object({ requestedAt: z.number(), id: z.string() })

export default async function PromotionsPage({ searchParams }: Props) {
  const visitor = await requireVisitor()
  const wanted = await searchParams
  const db = await database()
  const mayDecide = can(visitor)('promotion:decide')
  const status = PROMOTION_STATUSES.find((each) => each === wanted.status)
  const chosen = wanted.model ? await findModel(db, wanted.model) : undefined
  const isFiltered = status !== undefined || Boolean(wanted.model)
  const [waiting, page, { models }] = await Promise.all([
    pendingPromotions(db),
    wanted.model && !chosen
      ? { promotions: [], next: null }
      : listPromotions(db, { status, modelId: chosen?.id, before: decodeCursor(cursorSchema, wanted.cursor) }),
    listModels(db, { limit: 200 }),
  ])
  const toDecide = mayDecide ? waiting.filter((promotion) => decisionRefusal(promotion, visitor.id) === null) : waiting
  const query = (cursor?: string) => {
    const entries = Object.entries({ status, model: wanted.model, cursor }).filter((entry): entry is [string, string] => Boolean(entry[1]))
    return `/promotions?${new URLSearchParams(entries)}`
  }
  return (
    <>
      <PageHeader title="Promotions" description="Requests to release a version. Somebody other than who asked decides." />
      <div className="grid gap-8">
        <Section title={mayDecide ? 'Waiting for you' : 'Waiting for an approver'}>
          {toDecide.length === 0 ? (
            <EmptyState title={mayDecide ? 'Nothing waits for you' : 'Nothing waits'}>New requests appear here and on the overview.</EmptyState>
          ) : (
            <PromotionsTable promotions={toDecide} caption="Promotions that wait for a decision" />
          )}
        </Section>
        <Section title="All promotions">
          <PromotionFilters models={models} />
          {page.promotions.length > 0 ? (
            <>
              <PromotionsTable promotions={page.promotions} caption="All promotions, newest first" />
              <Pagination previousHref={wanted.cursor ? query() : undefined} nextHref={page.next === null ? undefined : query(encodeCursor(page.next))} />
            </>
          ) : isFiltered ? (
            <NoMatchState title="No promotion matches" resetHref="/promotions" />
          ) : (
            <EmptyState title="No promotions yet">Open a version of a model and request its promotion.</EmptyState>
          )}
        </Section>
      </div>
    </>
  )
}
