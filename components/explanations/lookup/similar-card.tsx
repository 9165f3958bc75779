'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { errorText } from '@/components/ui/error-text'
import { formatCount, formatDate, formatPercent } from '@/components/ui/format'
import { Skeleton } from '@/components/ui/skeleton'
import { similarQuery } from '@/lib/explanations/client/lookup'
import { SIMILAR_BY, type SimilarDecision, type SimilarDecisions } from '@/lib/explanations/contract/lookup'
import { ChoiceButtons } from './choice-buttons'

const CHOICES = [
  { value: 'explanation' as const, label: 'By reasons' },
  { value: 'inputs' as const, label: 'By values' },
]

export interface SimilarCardProps {
  predictionId: string
  subject: string | null
  /** As it was served; else there is little to compare by reasons. */
  isExplained: boolean
}

/** Earlier cases of the same version: was it decided the same, and what came of it. */
export function SimilarCard({ predictionId, subject, isExplained }: SimilarCardProps) {
  const [by, setBy] = useQueryState('alike', parseAsStringLiteral(SIMILAR_BY).withDefault(isExplained ? 'explanation' : 'inputs'))
  const found = useQuery(similarQuery(predictionId, by))
  return (
    <Card
      title="How were similar cases decided?"
      description={found.data && found.data.similar.length > 0 ? summary(found.data) : 'Earlier cases of the same version, the most alike first.'}
      actions={<ChoiceButtons label="Alike by" choices={CHOICES} value={by} onChange={(value) => void setBy(value)} />}
    >
      {found.isError ? (
        <ErrorState title="Similar cases could not be looked for" detail={errorText(found.error)} onRetry={() => void found.refetch()} className="py-4" />
      ) : !found.data ? (
        <div role="status" aria-label="Looking for similar cases" className="grid gap-3">
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-12" />
          ))}
        </div>
      ) : found.data.similar.length === 0 ? (
        <EmptyState title="No earlier case to compare with" className="py-4">
          {by === 'explanation' ? 'No earlier prediction of this version was explained as it was served. Compare by values instead.' : 'This is the first prediction of its version.'}
        </EmptyState>
      ) : (
        <ol className="grid">
          {found.data.similar.map((one) => (
            <Similar key={one.decision.id} one={one} isSameCustomer={subject !== null && one.decision.subject === subject} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function Similar({ one: { alike, decision, differences }, isSameCustomer }: { one: SimilarDecision; isSameCustomer: boolean }) {
  return (
    <li className="grid gap-x-4 gap-y-0.5 border-b py-2 text-sm first:pt-0 last:border-b-0 last:pb-0 sm:grid-cols-[1fr_auto]">
      <span className="min-w-0">
        <Link href={`/predictions/${decision.id}`} prefetch={false} className="link inline-flex min-h-6 items-center">
          {decision.answer.replace(/\.$/, '')}
        </Link>
        <span className="block text-xs text-ink-muted">
          {formatDate(decision.at)}
          {isSameCustomer && ', the same customer'}
          {differences.length > 0 && <>; differs in {differences.map(({ displayName, there }) => `${displayName} (${there})`).join(', ')}</>}
        </span>
      </span>
      <span className="sm:text-right">
        <span className="tabular-nums">{formatPercent(alike, 0)} alike</span>
        <span className="block text-xs text-ink-muted">{decision.outcome?.inWords ?? 'outcome not known yet'}</span>
      </span>
    </li>
  )
}

/** Of the nearest: how many outcomes are known, and what they were. */
function summary({ similar, compared }: SimilarDecisions): string {
  const outcomes = new Map<string, number>()
  for (const { decision } of similar) if (decision.outcome) outcomes.set(decision.outcome.inWords, (outcomes.get(decision.outcome.inWords) ?? 0) + 1)
  const basis = `Of ${formatCount(compared)} earlier ${compared === 1 ? 'case' : 'cases'} of this version, the ${similar.length} most alike.`
  if (outcomes.size === 0) return `${basis} No outcome of them is known yet.`
  const known = [...outcomes.values()].reduce((sum, count) => sum + count, 0)
  const told = [...outcomes].sort((a, b) => b[1] - a[1]).slice(0, 3).map(([words, count]) => `${words} (${count})`)
  return `${basis} What happened, where it is known (${known} of ${similar.length}): ${told.join(', ')}.`
}
