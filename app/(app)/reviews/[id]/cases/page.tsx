import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { NotAllowed } from '@/components/access/not-allowed'
import { PageHeader } from '@/components/layout/page-header'
import { CaseStepper } from '@/components/reviews/case-stepper'
import { FILTER_WORDS } from '@/components/reviews/in-words'
import { NO_CHOICES, reviewChoices } from '@/components/reviews/review-choices'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { NoMatchState } from '@/components/ui/no-match-state'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { CASE_FILTERS } from '@/lib/evidence/contract'
import { caseVerdicts } from '@/lib/evidence/queries/review-cases'
import { findReview } from '@/lib/evidence/queries/reviews'
import { latestVersion } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Cases' }

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<{ filter?: string }>
}

export default async function CasesPage({ params, searchParams }: Props) {
  const may = can(await requireVisitor())
  if (!may('audit:read')) return <NotAllowed what="Reviews" who="auditors, approvers and administrators" />
  const [{ id }, wanted, db] = await Promise.all([params, searchParams, database()])
  const review = await findReview(db, id)
  if (!review) notFound()
  const filter = CASE_FILTERS.find((one) => one === wanted.filter)
  const [version, cases] = await Promise.all([latestVersion(db, review.model.id), caseVerdicts(db, id, filter)])
  const first = cases.find((one) => one.verdict === null)?.position ?? cases[0]?.position
  return (
    <>
      <PageHeader
        title={review.name}
        breadcrumbs={[{ label: 'Reviews', href: '/reviews' }, { label: review.name, href: `/reviews/${id}` }]}
        description={review.closedAt === null ? undefined : 'This review is closed: it can be read, not changed.'}
        actions={filter === undefined ? undefined : <ButtonLink href={`/reviews/${id}/cases`}>{FILTER_WORDS[filter]} only: show all cases</ButtonLink>}
      />
      {first === undefined ? (
        <Card>
          <NoMatchState title="No case like this" resetHref={`/reviews/${id}/cases`}>No case of this review has that verdict.</NoMatchState>
        </Card>
      ) : (
        <CaseStepper
          key={filter ?? 'all'}
          review={{ id, selection: review.selection, closedAt: review.closedAt }}
          choices={version ? reviewChoices(version.signature) : NO_CHOICES}
          cases={cases}
          first={first}
          mayWrite={may('review:write') && review.closedAt === null}
        />
      )}
    </>
  )
}
