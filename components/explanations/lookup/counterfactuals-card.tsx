'use client'

import { useQuery } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import { parseAsFloat, useQueryState } from 'nuqs'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { formatCount } from '@/components/ui/format'
import { InfoTip } from '@/components/ui/info-tip'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { counterfactualsQuery } from '@/lib/explanations/client/lookup'
import type { Decision } from '@/lib/explanations/contract'
import type { Counterfactual, Counterfactuals } from '@/lib/explanations/contract/lookup'
import type { Changes } from './changes'
import { scoreInWords } from './score-words'

const PERCENTAGES = [-20, -10, -5, 5, 10, 20]

export interface CounterfactualsCardProps {
  decision: Decision
  /** Puts the changes into the form beside. */
  onTry: (changes: Changes) => void
}

/** The smallest changes that would have led to another decision, several ways. */
export function CounterfactualsCard({ decision, onTry }: CounterfactualsCardProps) {
  const [percent, setPercent] = useQueryState('wanted', parseAsFloat.withDefault(10))
  const isValue = decision.task === 'regression'
  const found = useQuery(counterfactualsQuery(decision.id, isValue ? { target: { percent } } : {}))
  return (
    <Card
      title="What would have changed it?"
      description="The smallest changes, of fields that can be changed, that would have led to another answer."
      actions={
        <>
          {isValue && (
            <Field label="Wanted" hideLabel>
              {(field) => (
                <Select {...field} value={String(percent)} options={PERCENTAGES.map((one) => ({ value: String(one), label: one > 0 ? `${one} % more` : `${-one} % less` }))} onChange={(event) => void setPercent(Number(event.target.value))} className="w-32" />
              )}
            </Field>
          )}
          {found.data && <SearchNote found={found.data} />}
        </>
      }
    >
      {found.isError ? (
        <ErrorState title="The search for changes failed" detail={errorText(found.error)} onRetry={() => void found.refetch()} className="py-4" />
      ) : found.data ? (
        <Ways decision={decision} found={found.data} onTry={onTry} />
      ) : (
        <div role="status" aria-label="Looking for the smallest changes" className="grid gap-3 sm:grid-cols-2">
          {[0, 1].map((way) => (
            <Skeleton key={way} className="h-32" />
          ))}
        </div>
      )}
    </Card>
  )
}

function Ways({ decision, found, onTry }: { decision: Decision; found: Counterfactuals; onTry: (changes: Changes) => void }) {
  if (found.found.length > 0) {
    return (
      <div className="grid gap-3">
        <p className="text-sm">
          To reach {found.goal}, {found.found.length === 1 ? 'this would have been enough:' : 'any one of these would have been enough:'}
        </p>
        <ol className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
          {found.found.map((way) => (
            <li key={way.changes.map(({ field }) => field).join()}>
              <Way decision={decision} way={way} onTry={onTry} />
            </li>
          ))}
        </ol>
      </div>
    )
  }
  if (found.free.length === 0) {
    return (
      <EmptyState title="No field of this model can be changed" className="py-4">
        Its owner marks the fields that a person can change, when a version is registered or with the reasons of the model.
      </EmptyState>
    )
  }
  return (
    <div className="grid gap-3 text-sm">
      <p>
        No small change is enough to reach {found.goal}.{' '}
        {found.closest === null ? 'None of the fields that can be changed brings it nearer.' : found.closest.isEnough ? 'Only all of this together would be:' : 'The closest that the fields allow within what the model knows:'}
      </p>
      {found.closest && <Way decision={decision} way={found.closest} onTry={onTry} />}
    </div>
  )
}

function Way({ decision, way, onTry }: { decision: Decision; way: Counterfactual; onTry: (changes: Changes) => void }) {
  return (
    <div className="grid h-full content-between gap-3 rounded-md border p-3 text-sm">
      <ul className="grid gap-1.5">
        {way.changes.map((change) => (
          <li key={change.field}>
            <span className="font-medium">{change.displayName}</span>
            <span className="flex flex-wrap items-center gap-x-1.5">
              <span className="text-ink-muted">{change.fromInWords}</span>
              <ArrowRight aria-label="to" className="size-3.5 shrink-0" />
              <span>{change.toInWords}</span>
            </span>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center justify-between gap-2 border-t pt-2">
        <span>
          {way.decision ?? 'Answer'} <span className="text-ink-muted tabular-nums">({scoreInWords(decision, way.score)})</span>
        </span>
        <Button size="small" onClick={() => onTry(Object.fromEntries(way.changes.map(({ field, to }) => [field, to])))}>
          Try it
        </Button>
      </div>
    </div>
  )
}

function SearchNote({ found }: { found: Counterfactuals }) {
  const free = found.free.map(({ displayName, direction }) => (direction === 'any' ? displayName : `${displayName} (${direction} only)`))
  return (
    <InfoTip term="this search">
      <div className="grid max-w-xs gap-2">
        <p>Counterfactuals: {formatCount(found.evaluations)} combinations were asked of the model{found.isComplete ? '' : ', then the search was ended'}. Small means few fields, and few cases of the reference passed over.</p>
        <p>{free.length === 0 ? 'No field was free to change.' : `Free to change, within what the model was trained on: ${free.join(', ')}.`}</p>
        <p>They say what the model would have answered. Whether a change is possible or wise, only people know.</p>
      </div>
    </InfoTip>
  )
}
