import { ArrowDown, ArrowUp } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { classNames } from '@/components/ui/class-names'
import { ErrorState } from '@/components/ui/error-state'
import { Skeleton } from '@/components/ui/skeleton'
import type { Decision } from '@/lib/explanations/contract'
import type { WhatIf } from '@/lib/explanations/contract/lookup'
import { scoreInWords } from './score-words'

const MOST_REASONS = 4

export interface TriedResultProps {
  decision: Decision
  answer: WhatIf | undefined
  /** The answer belongs to the values before. */
  isStale: boolean
  failure?: string
  onRetry: () => void
}

/** What the model says of the values that are tried, beside what it said. */
export function TriedResult({ decision, answer, isStale, failure, onRetry }: TriedResultProps) {
  if (failure !== undefined) return <ErrorState title="The model could not be asked" detail={failure} onRetry={onRetry} className="rounded-md border py-6" />
  if (!answer) return <ResultSkeleton />
  const before = decision.guardrail === null ? decision.score : decision.modelScore
  return (
    <div className={classNames('grid gap-3 rounded-md border bg-sunken p-4 transition-opacity', isStale && 'opacity-70')} aria-busy={isStale}>
      <div role="status" className="grid gap-1.5">
        <p className="text-base font-medium">{answer.answer}</p>
        <Verdict answer={answer} />
      </div>
      <dl className="grid grid-cols-2 gap-3 text-sm">
        <div>
          <dt className="text-xs text-ink-muted">Score as it was</dt>
          <dd className="text-lg tabular-nums">{scoreInWords(decision, before)}</dd>
        </div>
        <div>
          <dt className="text-xs text-ink-muted">Score with these values</dt>
          <dd className="text-lg font-medium tabular-nums">{scoreInWords(decision, answer.score)}</dd>
        </div>
      </dl>
      {answer.changed.length > 0 && (
        <ul className="grid gap-1 text-sm" aria-label="What is changed">
          {answer.changed.map((one) => (
            <li key={one.field}>
              <span className="font-medium">{one.displayName}</span>: {one.fromInWords} → {one.toInWords}
              {one.place !== null && <span className="block text-xs text-ink-muted">{one.place}</span>}
            </li>
          ))}
        </ul>
      )}
      {answer.reasons.length > 0 && (
        <div>
          <h3 className="text-sm font-medium">Main reasons now</h3>
          <ol className="mt-1 grid gap-1.5 text-sm">
            {answer.reasons.slice(0, MOST_REASONS).map((reason) => (
              <li key={reason.field} className="flex items-start gap-2">
                {reason.direction === 'raised' ? <ArrowUp aria-hidden className="mt-0.5 size-4 shrink-0" /> : <ArrowDown aria-hidden className="mt-0.5 size-4 shrink-0" />}
                <span>{reason.sentence}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  )
}

function Verdict({ answer: { changed, decision, isDecisionChanged } }: { answer: WhatIf }) {
  if (isDecisionChanged) return <Badge state="attention" className="justify-self-start">Another decision</Badge>
  if (changed.length === 0) return <p className="text-sm text-ink-muted">This is the answer as it was given.</p>
  return decision === null ? null : <p className="text-sm text-ink-muted">The decision stays the same.</p>
}

function ResultSkeleton() {
  return (
    <div role="status" aria-label="Asking the model" className="grid gap-3 rounded-md border bg-sunken p-4">
      <Skeleton className="h-5 w-3/4" />
      <Skeleton className="h-10 w-1/2" />
      {['w-full', 'w-11/12', 'w-4/5'].map((width) => (
        <Skeleton key={width} className={`h-4 ${width}`} />
      ))}
    </div>
  )
}
