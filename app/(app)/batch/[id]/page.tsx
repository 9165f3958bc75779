import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AnswersCard } from '@/components/batch/answers-card'
import { DeliveriesCard } from '@/components/batch/deliveries-card'
import { deliveryInWords } from '@/components/batch/in-words'
import { JobFacts } from '@/components/batch/job-facts'
import { JobView } from '@/components/batch/job-view'
import { RejectedCard } from '@/components/batch/rejected-card'
import { ResultsCard } from '@/components/batch/results-card'
import { PageHeader } from '@/components/layout/page-header'
import { can, requireVisitor } from '@/lib/access/page'
import { areFilesThere, batchAnswers, deliveriesOf, findBatchJob, mayFetch, rejectedSummary } from '@/lib/batch/queries'
import { database } from '@/lib/database'
import { environment } from '@/lib/platform/environment'

export const metadata: Metadata = { title: 'Batch job' }

interface Props {
  params: Promise<{ id: string }>
}

export default async function BatchJobPage({ params }: Props) {
  const visitor = await requireVisitor()
  const mayWrite = can(visitor)('batch:write')
  const db = await database()
  const job = await findBatchJob(db, (await params).id)
  if (!job) notFound()
  const rejected = job.results?.find((file) => file.name === 'rejected' && file.rows > 0)
  const [answered, deliveries, summary, fetchable] = await Promise.all([
    batchAnswers(db, job),
    deliveriesOf(db, job.id),
    rejected ? rejectedSummary(job.id, rejected.fileName, rejected.bytes) : null,
    Promise.all([mayFetch(db, visitor, job, 'results'), mayFetch(db, visitor, job, 'rejected')]),
  ])
  return (
    <>
      <PageHeader
        title={job.name}
        breadcrumbs={[{ label: 'Batch', href: '/batch' }]}
        description={`${job.model.name} in ${job.environment}${job.version ? `, answered by version ${job.version.number}` : ''}.`}
      />
      <JobView key={job.id} job={job} mayWrite={mayWrite}>
        {job.results !== null && (
          <ResultsCard job={job} mayFetch={{ results: fetchable[0], rejected: fetchable[1] }} keepDays={environment().batchKeepDays} areGone={!areFilesThere(job)} />
        )}
        {summary !== null && summary.counted > 0 && <RejectedCard summary={summary} />}
        {answered?.bins && <AnswersCard job={job} answered={answered} bins={answered.bins} />}
        {deliveries.length > 0 && <DeliveriesCard jobId={job.id} words={deliveryInWords(job.delivery)} deliveries={deliveries} mayWrite={mayWrite} />}
        <JobFacts job={job} />
      </JobView>
    </>
  )
}
