'use client'

import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { formatDateTime, formatNumber } from '@/components/ui/format'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { Stat } from '@/components/ui/stat'
import type { ReviewPreview, ReviewSelectionInput } from '@/lib/evidence/contract'
import type { ReviewChoices } from './review-choices'
import { StrataTable } from './strata-table'

export interface PreviewCardProps {
  /** Of the selection as it stands; null where that was not counted. */
  counted: ReviewPreview | null
  selection: ReviewSelectionInput | null
  isCounting: boolean
  failure: unknown
  choices: ReviewChoices
  name: string
  onName: (name: string) => void
  isCreating: boolean
  createFailure: unknown
}

/** What the selection would give; the review begins from here. */
export function PreviewCard(props: PreviewCardProps) {
  const { counted, isCounting, failure } = props
  return (
    <Card title="What it gives" aria-live="polite">
      {isCounting ? (
        <div role="status" aria-label="Counting the decisions" className="grid gap-3">
          <Skeleton className="h-12 w-40" />
          <Skeleton className="h-12 w-40" />
        </div>
      ) : counted !== null ? (
        <Counted {...props} counted={counted} />
      ) : failure !== null && failure !== undefined ? (
        <Callout state="problem" title="The decisions could not be counted" role="alert">{errorText(failure)}</Callout>
      ) : (
        <EmptyState title="Not counted yet">Choose which decisions, then count them. Nothing is created by counting.</EmptyState>
      )}
    </Card>
  )
}

function Counted({ counted, selection, choices, name, onName, isCreating, createFailure }: PreviewCardProps & { counted: ReviewPreview }) {
  const isShortened = selection !== null && counted.to < Number(selection.to)
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-x-8 gap-y-3">
        <Stat label="Decisions that match" value={formatNumber(counted.population)} />
        <Stat label="Cases to look at" value={formatNumber(counted.cases)} />
      </div>
      {isShortened && <p className="text-sm text-ink-muted">Counted until {formatDateTime(counted.to)}: later ones are not settled yet.</p>}
      {counted.stratifyBy !== null && counted.strata.length > 0 && <StrataTable strata={counted.strata} selection={counted} choices={choices} />}
      {counted.refusal !== null ? (
        <Callout state="attention" title="No review can be made of this" role="status">{counted.refusal}</Callout>
      ) : (
        <div className="grid gap-3 border-t pt-3">
          <Field label="Name of the review" hint="It stands in the audit chain and in the signed file.">
            {(control) => <Input {...control} value={name} maxLength={100} onChange={(event) => onName(event.target.value)} placeholder="Refusals in spring" />}
          </Field>
          {createFailure !== null && createFailure !== undefined && (
            <Callout state="problem" title="The review could not be created" role="alert">{errorText(createFailure)}</Callout>
          )}
          <div>
            <Button variant="primary" loading={isCreating} type="submit" disabled={name.trim() === ''}>Draw the cases and begin</Button>
          </div>
        </div>
      )}
    </div>
  )
}
