import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { formatDateTime, formatNumber } from '@/components/ui/format'
import { InfoTip } from '@/components/ui/info-tip'
import { KeyValueList } from '@/components/ui/key-value-list'
import type { Review } from '@/lib/evidence/contract'
import { narrowedInWords, periodInWords, sampleInWords } from './in-words'
import type { ReviewChoices } from './review-choices'
import { StrataTable } from './strata-table'

/** What the review is of, and how its cases can be drawn again. */
export function ReviewSummary({ review, choices }: { review: Review; choices: ReviewChoices }) {
  const { model, selection, population, progress, createdAt, createdByName, closedAt } = review
  const narrowed = narrowedInWords(selection, choices)
  return (
    <Card title="What this review is of">
      <KeyValueList
        layout="columns"
        items={[
          { label: 'Model', value: <><Link className="link" href={`/models/${model.slug}`}>{model.name}</Link> in {selection.environment}</> },
          { label: 'Period', value: periodInWords(selection) },
          ...(narrowed === null ? [] : [{ label: 'Only', value: narrowed }]),
          { label: 'Sample', value: sampleInWords(selection, choices) },
          { label: 'Cases', value: `${formatNumber(progress.cases)} of ${formatNumber(population)} decisions` },
          ...(selection.kind === 'all' ? [] : [{ label: 'Seed', value: <Seed seed={selection.seed} /> }]),
          { label: 'Begun', value: `by ${createdByName} on ${formatDateTime(createdAt)}` },
          ...(closedAt === null ? [] : [{ label: 'Closed', value: formatDateTime(closedAt) }]),
        ]}
      />
      {selection.stratifyBy !== null && (
        <details className="mt-3 text-sm">
          <summary className="min-h-6 cursor-pointer">
            {selection.strata.length} {selection.strata.length === 1 ? 'group' : 'groups'}
          </summary>
          <StrataTable strata={selection.strata} selection={selection} choices={choices} className="mt-1 max-w-xl" />
        </details>
      )}
    </Card>
  )
}

function Seed({ seed }: { seed: number }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <code>{seed}</code> <CopyButton value={String(seed)} label="seed" />
      <InfoTip term="the seed">
        Every decision has a place in the draw: the SHA-256 of <code>seed:prediction id</code>. The cases are those with the smallest. The same
        selection and seed give the same cases, and anybody can check it with a list of ids.
      </InfoTip>
    </span>
  )
}
