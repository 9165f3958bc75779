import type { Metadata } from 'next'
import { ClipboardList } from 'lucide-react'
import { NotAllowed } from '@/components/access/not-allowed'
import { PageHeader } from '@/components/layout/page-header'
import { ReviewsTable } from '@/components/reviews/reviews-table'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { decodeCursor, encodeCursor, z } from '@/lib/access/http'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { listReviews } from '@/lib/evidence/queries/reviews'

export const metadata: Metadata = { title: 'Reviews' }

interface Props {
  searchParams: Promise<{ cursor?: string }>
}

const cursorSchema = z.object({ createdAt: z.number(), id: z.string() })

export default async function ReviewsPage({ searchParams }: Props) {
  const may = can(await requireVisitor())
  if (!may('audit:read')) return <NotAllowed what="Reviews" who="auditors, approvers and administrators" />
  const { cursor } = await searchParams
  const { reviews, next } = await listReviews(await database(), { before: decodeCursor(cursorSchema, cursor) })
  const begin = may('review:write') ? <ButtonLink href="/reviews/new" variant="primary">New review</ButtonLink> : undefined
  return (
    <>
      <PageHeader
        title="Reviews"
        description="Samples of decisions that an auditor looks at case by case, with notes. Decisions are only read."
        actions={reviews.length === 0 ? undefined : begin}
      />
      <Card flush footer={next === null && !cursor ? undefined : <Pagination className="p-0" previousHref={cursor ? '/reviews' : undefined} nextHref={next === null ? undefined : `/reviews?cursor=${encodeCursor(next)}`} />}>
        {reviews.length > 0 ? (
          <ReviewsTable reviews={reviews} />
        ) : (
          <EmptyState title={cursor ? 'No earlier review' : 'No reviews yet'} icon={<ClipboardList aria-hidden />} action={begin}>
            {begin ? 'Choose a model, a period and a sample; then look at its decisions one by one and export what you found, signed.' : 'An auditor begins one: a sample of a model’s decisions, looked at one by one.'}
          </EmptyState>
        )}
      </Card>
    </>
  )
}
