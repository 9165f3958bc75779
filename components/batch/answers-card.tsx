import { DistributionChart } from '@/components/charts/distribution/chart'
import { formatCount } from '@/components/ui/format'
import type { BatchJob } from '@/lib/batch/contract'
import type { BatchAnswers } from '@/lib/batch/queries'
import Link from 'next/link'

export function AnswersCard({ job, answered, bins }: { job: BatchJob; answered: BatchAnswers; bins: NonNullable<BatchAnswers['bins']> }) {
  return (
    <DistributionChart
      question="Are the answers of this job as the model’s answers usually are?"
      answer={`${formatCount(answered.rows)} answers beside those on the rows the version was trained on${answered.guarded > 0 ? `; ${formatCount(answered.guarded)} were answered by a guardrail` : ''}.`}
      bins={bins}
      referenceLabel="Reference"
      currentLabel="This job"
      fileName={`batch-answers-${job.id}`}
      actions={<Link href={`/models/${job.model.slug}/monitoring?channel=batch${job.environment === 'production' ? '' : `&environment=${job.environment}`}`} className="link text-sm">All batch jobs in monitoring</Link>}
    />
  )
}
