'use client'

import { useQuery } from '@tanstack/react-query'
import { RotateCcw, Undo2 } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { errorText } from '@/components/ui/error-text'
import { whatIfQuery } from '@/lib/explanations/client/lookup'
import type { Decision } from '@/lib/explanations/contract'
import type { FieldValue } from '@/lib/explanations/contract/lookup'
import { NOTHING_TRIED, undone, withValue, type Tried } from './changes'
import { FieldEditor } from './field-editor'
import { TriedResult } from './tried-result'
import { useSettled } from './use-settled'

/** As long as a slider moves, the answer waits; a tenth of a second together with asking is what feels like at once. */
const SETTLED_AFTER_MS = 20
/** The fields that moved this answer most come first; the others are a click away. */
const MOST_SHOWN = 8

export interface WhatIfCardProps {
  decision: Decision
  tried: Tried
  onTry: (change: (tried: Tried) => Tried) => void
}

/**
 * Other values, and what would be answered. They stay in the page: an address with a person's values would end up in
 * histories and logs.
 */
export function WhatIfCard({ decision, tried, onTry }: WhatIfCardProps) {
  const asked = useSettled(tried.changes, SETTLED_AFTER_MS)
  const answer = useQuery(whatIfQuery(decision.id, asked))
  const count = Object.keys(tried.changes).length
  const inputs = byInfluence(decision)
  const editor = (input: Decision['shownInputs'][number]) => {
    const isChanged = Object.hasOwn(tried.changes, input.field)
    const value: FieldValue = isChanged ? (tried.changes[input.field] ?? null) : input.value
    return <FieldEditor key={input.field} input={input} value={value} isChanged={isChanged} onChange={(next) => onTry((before) => withValue(before, input.field, next, input.value))} />
  }
  return (
    <Card
      title="What if?"
      description="Change values and see what the model would say. Nothing is logged: no decision is made here."
      actions={
        <>
          <Button size="small" disabled={tried.before.length === 0} onClick={() => onTry(undone)}>
            <Undo2 aria-hidden /> Undo
          </Button>
          <Button size="small" disabled={count === 0} onClick={() => onTry(() => NOTHING_TRIED)}>
            <RotateCcw aria-hidden /> Reset
          </Button>
        </>
      }
    >
      <div className="grid items-start gap-4 md:grid-cols-2 lg:grid-cols-[3fr_2fr]">
        <div className="grid content-start gap-2 max-md:order-2 xl:grid-cols-2">
          {inputs.slice(0, MOST_SHOWN).map(editor)}
          {inputs.length > MOST_SHOWN && (
            <details className="text-sm xl:col-span-2">
              <summary className="min-h-6 cursor-pointer py-1">
                {inputs.length - MOST_SHOWN} more {inputs.length - MOST_SHOWN === 1 ? 'field' : 'fields'}
              </summary>
              <div className="mt-2 grid gap-2 xl:grid-cols-2">{inputs.slice(MOST_SHOWN).map(editor)}</div>
            </details>
          )}
          {answer.data && count > 0 && (
            // On a phone the answer is above the fields: its short form stays in sight. It was announced there already.
            <p aria-hidden className="sticky bottom-2 rounded-md border bg-surface px-3 py-2 text-sm font-medium shadow-raised md:hidden">
              {answer.data.answer}
            </p>
          )}
        </div>
        <div className="md:sticky md:top-20">
          <TriedResult
            decision={decision}
            answer={answer.data}
            isStale={answer.isPlaceholderData || asked !== tried.changes}
            failure={answer.isError ? errorText(answer.error) : undefined}
            onRetry={() => void answer.refetch()}
          />
        </div>
      </div>
    </Card>
  )
}

function byInfluence({ shownInputs, explanation }: Decision): Decision['shownInputs'] {
  const sizes = new Map(explanation?.fields.map(({ name }, index) => [name, Math.abs(explanation.values[index] ?? 0)]))
  return shownInputs.filter(({ control }) => control !== null).sort((a, b) => (sizes.get(b.field) ?? 0) - (sizes.get(a.field) ?? 0))
}
