import type { Metadata } from 'next'
import { NotAllowed } from '@/components/access/not-allowed'
import { PageHeader } from '@/components/layout/page-header'
import { NO_CHOICES, reviewChoices } from '@/components/reviews/review-choices'
import type { ReviewDraft } from '@/components/reviews/review-draft'
import { ReviewForm } from '@/components/reviews/review-form'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { DAY_MS, now } from '@/lib/platform/clock'
import { findModel, latestVersion, listEnvironments, listModels } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'New review' }

interface Props {
  searchParams: Promise<{ model?: string }>
}

const MOST_MODELS = 200

export default async function NewReviewPage({ searchParams }: Props) {
  if (!can(await requireVisitor())('review:write')) return <NotAllowed what="A new review" who="auditors" />
  const db = await database()
  const [{ models }, environments, { model: slug }] = await Promise.all([listModels(db, { limit: MOST_MODELS }), listEnvironments(db), searchParams])
  const model = slug === undefined ? undefined : await findModel(db, slug)
  const version = model && (await latestVersion(db, model.id))
  return (
    <>
      <PageHeader title="New review" breadcrumbs={[{ label: 'Reviews', href: '/reviews' }]} description="Choose which decisions to look at. They are counted first; the cases are drawn when the review begins." />
      <ReviewForm
        models={models.map(({ slug, name }) => ({ slug, name }))}
        environments={environments.map(({ name }) => name)}
        choices={version ? reviewChoices(version.signature) : NO_CHOICES}
        defaults={draftAt(now())}
      />
    </>
  )
}

/** The last thirty days. */
function draftAt(at: number): ReviewDraft {
  const day = (moment: number) => new Date(moment).toISOString().slice(0, 10)
  return { model: '', environment: 'production', from: day(at - 30 * DAY_MS), to: day(at), kind: 'random', size: '50', by: '', decision: '', group: '', value: '', min: '', max: '', seed: '' }
}
