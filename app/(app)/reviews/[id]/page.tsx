import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { NotAllowed } from '@/components/access/not-allowed'
import { PageHeader } from '@/components/layout/page-header'
import { CaseFilterTabs } from '@/components/reviews/case-filter-tabs'
import { CasesTable } from '@/components/reviews/cases-table'
import { readCaseView, CASES_A_PAGE } from '@/components/reviews/case-view-query'
import { CloseButton, ExportButton } from '@/components/reviews/review-actions'
import { NO_CHOICES, reviewChoices } from '@/components/reviews/review-choices'
import { ReviewSummary } from '@/components/reviews/review-summary'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { NoMatchState } from '@/components/ui/no-match-state'
import { Pagination } from '@/components/ui/pagination'
import { StatusMark } from '@/components/ui/status-mark'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { listCases } from '@/lib/evidence/queries/review-cases'
import { findReview } from '@/lib/evidence/queries/reviews'
import { latestVersion } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Review' }

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function ReviewPage({ params, searchParams }: Props) {
  const may = can(await requireVisitor())
  if (!may('audit:read')) return <NotAllowed what="Reviews" who="auditors, approvers and administrators" />
  const { id } = await params
  const db = await database()
  const review = await findReview(db, id)
  if (!review) notFound()
  const view = readCaseView(id, await searchParams)
  const { filter, sort, page } = view
  const [version, { cases, total }] = await Promise.all([
    latestVersion(db, review.model.id),
    listCases(db, id, { filter, sort: sort.column, descending: sort.descending, offset: (page - 1) * CASES_A_PAGE, limit: CASES_A_PAGE }),
  ])
  const choices = version ? reviewChoices(version.signature) : NO_CHOICES
  const { progress, selection, closedAt } = review
  const mayWrite = may('review:write') && closedAt === null
  const begun = progress.inOrder + progress.concern > 0
  return (
    <>
      <PageHeader
        title={review.name}
        breadcrumbs={[{ label: 'Reviews', href: '/reviews' }]}
        mark={closedAt === null ? <StatusMark state="pending" label="Open" /> : <StatusMark state="ok" label="Closed" />}
        description={`${progress.inOrder} in order, ${progress.concern} with a concern, ${progress.cases - progress.inOrder - progress.concern} open.`}
        actions={
          <>
            <ButtonLink href={`/reviews/${id}/cases`} variant="primary">{!mayWrite ? 'Step through' : progress.nextOpen === null ? 'Look again' : begun ? 'Go on' : 'Begin'}</ButtonLink>
            {may('evidence:issue') && <ExportButton reviewId={id} />}
            {mayWrite && <CloseButton review={{ id, name: review.name, progress }} />}
          </>
        }
      />
      <div className="grid gap-5">
        <ReviewSummary review={review} choices={choices} />
        <Card flush footer={<Pagination className="p-0" summary={`${total} ${total === 1 ? 'case' : 'cases'}`} {...view.neighbours(total)} />}>
          <CaseFilterTabs progress={progress} view={view} />
          {cases.length > 0 ? (
            <CasesTable cases={cases} selection={selection} choices={choices} sort={sort} sortHref={view.sortHref} caseHref={view.caseHref} />
          ) : (
            <NoMatchState title="No case like this" resetHref={`/reviews/${id}`}>No case of this review has that verdict.</NoMatchState>
          )}
        </Card>
      </div>
    </>
  )
}
