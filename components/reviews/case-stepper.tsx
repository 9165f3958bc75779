'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { parseAsInteger, useQueryState } from 'nuqs'
import { useState } from 'react'
import { useSingleKey } from '@/components/layout/shortcuts'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ErrorState } from '@/components/ui/error-state'
import { errorText } from '@/components/ui/error-text'
import { Kbd } from '@/components/ui/kbd'
import { Progress } from '@/components/ui/progress'
import { caseQuery } from '@/lib/evidence/client/reviews'
import type { CaseVerdict, OpenedCase, Review } from '@/lib/evidence/contract'
import { CaseNoteCard } from './case-note-card'
import { CaseSkeleton } from './case-skeleton'
import { CaseView } from './case-view'
import { stratumInWords } from './in-words'
import type { ReviewChoices } from './review-choices'

export interface CaseStepperProps {
  review: Pick<Review, 'id' | 'selection' | 'closedAt'>
  choices: ReviewChoices
  /** Verdicts by position, of the cases that are stepped through. */
  cases: readonly { position: number; verdict: CaseVerdict | null }[]
  /** Where to begin when the address does not say. */
  first: number
  mayWrite: boolean
}

/** One case after the other; which one stands in the address. */
export function CaseStepper({ review, choices, cases, first, mayWrite }: CaseStepperProps) {
  const [chosen, setChosen] = useQueryState('case', parseAsInteger.withOptions({ history: 'replace' }))
  const [verdicts, setVerdicts] = useState<ReadonlyMap<number, CaseVerdict | null>>(() => new Map(cases.map((one) => [one.position, one.verdict])))
  const positions = cases.map((one) => one.position)
  const position = chosen ?? first
  const index = positions.indexOf(position)
  // A case outside the filter, as a link may name it, leads on to its neighbours.
  const previous = positions.findLast((one) => one < position)
  const next = positions.find((one) => one > position)
  const go = (to: number | undefined) => to !== undefined && void setChosen(to)
  useSingleKey('j', () => go(next))
  useSingleKey('ArrowRight', () => go(next))
  useSingleKey('k', () => go(previous))
  useSingleKey('ArrowLeft', () => go(previous))
  const done = positions.filter((one) => (verdicts.get(one) ?? null) !== null).length
  const neighbours = (
    <div className="flex gap-2">
      <Button disabled={previous === undefined} onClick={() => go(previous)} aria-keyshortcuts="k ArrowLeft"><ChevronLeft aria-hidden />Previous</Button>
      <Button disabled={next === undefined} onClick={() => go(next)} aria-keyshortcuts="j ArrowRight">Next<ChevronRight aria-hidden /></Button>
    </div>
  )
  return (
    <div className="grid gap-4">
      <nav aria-label="Cases" className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {neighbours}
        <p role="status" className="text-sm tabular-nums">
          Case {position}
          {index >= 0 && <span className="text-ink-muted">, {index + 1} of {positions.length}</span>}
        </p>
        <Progress label="Cases with a verdict" share={done / Math.max(1, positions.length)} text={`${done} of ${positions.length} with a verdict`} className="w-64 max-w-full" />
        <p className="hidden items-center gap-1.5 text-xs text-ink-muted lg:flex">
          <Kbd>J</Kbd> next <Kbd>K</Kbd> previous {mayWrite && <><Kbd>1</Kbd> in order <Kbd>2</Kbd> concern</>}
        </p>
      </nav>
      <OpenCase key={position} review={review} choices={choices} position={position} mayWrite={mayWrite} onVerdict={(verdict) => setVerdicts((present) => new Map(present).set(position, verdict))} />
      {/* On a phone the way on lies where the note ends. */}
      <div className="lg:hidden">{neighbours}</div>
    </div>
  )
}

interface OpenCaseProps extends Pick<CaseStepperProps, 'review' | 'choices' | 'mayWrite'> {
  position: number
  onVerdict: (verdict: CaseVerdict | null) => void
}

function OpenCase({ review, choices, position, mayWrite, onVerdict }: OpenCaseProps) {
  const queries = useQueryClient()
  const query = caseQuery(review.id, position)
  const opened = useQuery(query)
  if (opened.isPending) return <CaseSkeleton />
  if (opened.isError) {
    return (
      <Card>
        <ErrorState title="This case could not be opened" detail={errorText(opened.error)} onRetry={() => void opened.refetch()} />
      </Card>
    )
  }
  const { decision, stratum } = opened.data
  const group = review.selection.stratifyBy === null ? null : stratumInWords(stratum, review.selection, choices)
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
      <CaseView decision={decision} predictionId={opened.data.predictionId} group={group} onExplained={() => void opened.refetch()} />
      <CaseNoteCard
        reviewId={review.id}
        found={opened.data}
        mayWrite={mayWrite}
        onSaved={(saved) => {
          queries.setQueryData<OpenedCase>(query.queryKey, (present) => present && { ...present, ...saved })
          onVerdict(saved.verdict)
        }}
        onConflict={() => void opened.refetch()}
      />
    </div>
  )
}
