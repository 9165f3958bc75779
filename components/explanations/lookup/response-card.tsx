'use client'

import { useQuery } from '@tanstack/react-query'
import { parseAsString, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { ResponseChart } from '@/components/charts/response/chart'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { formatCount } from '@/components/ui/format'
import { InfoTip } from '@/components/ui/info-tip'
import { Select } from '@/components/ui/select'
import { dependenceQuery } from '@/lib/explanations/client/lookup'
import type { Decision } from '@/lib/explanations/contract'
import type { Dependence } from '@/lib/explanations/contract/lookup'
import { scoreInWords } from './score-words'

export interface ResponseCardProps {
  decision: Decision
  /** Where the decision of this version turns. */
  threshold?: { value: number; label: string }
}

/** How the answer goes along one field, for this case and on the whole. */
export function ResponseCard({ decision, threshold }: ResponseCardProps) {
  const fields = decision.shownInputs.filter(({ isMasked }) => !isMasked)
  const [wanted, setWanted] = useQueryState('along', parseAsString)
  const field = fields.find((one) => one.field === wanted) ?? fields.find((one) => one.field === strongest(decision)) ?? fields[0]
  const { data, error, refetch } = useQuery({ ...dependenceQuery(decision.id, field?.field ?? ''), enabled: field !== undefined })
  const points = useMemo(() => data?.points.map((point) => ({ ...point, at: data.kind === 'number' && typeof point.value === 'number' ? point.value : null })) ?? [], [data])
  if (!field) return null
  const isProbability = decision.task !== 'regression'
  return (
    <ResponseChart
      question={`How would the answer go along ${lower(field.displayName)}?`}
      level={2}
      state={error ? 'failed' : data ? 'ready' : 'loading'}
      failure={error ? errorText(error) : undefined}
      onRetry={() => void refetch()}
      answer={data && inWords(decision, data)}
      emptyText="The reference has only one value of this field."
      points={points}
      curves={data?.curves ?? []}
      threshold={threshold}
      format={isProbability ? 'score' : 'number'}
      unit={isProbability ? undefined : (decision.scoreUnit ?? undefined)}
      xLabel={field.displayName}
      fileName={`along-${field.field}-${decision.id}`}
      actions={
        <>
          <Field label="Field" hideLabel>
            {(control) => (
              <Select {...control} value={field.field} options={fields.map((one) => ({ value: one.field, label: one.displayName }))} onChange={(event) => void setWanted(event.target.value)} className="w-48" />
            )}
          </Field>
          <InfoTip term="these lines">
            <div className="grid max-w-xs gap-2">
              <p>Partial dependence: the average answer when every one of {formatCount(data?.rows ?? 0)} cases of the background sample is given the value. Single lines: those cases one by one (individual conditional expectation).</p>
              <p>The other fields stay as they are, also where the combination is unusual.</p>
            </div>
          </InfoTip>
        </>
      }
    />
  )
}

function strongest({ explanation, topReason }: Decision): string | null {
  if (topReason !== null || !explanation) return topReason
  const largest = Math.max(...explanation.values.map(Math.abs))
  return explanation.fields[explanation.values.findIndex((value) => Math.abs(value) === largest)]?.name ?? null
}

function inWords(decision: Decision, { points }: Dependence): string {
  const [lowest, highest] = [points.reduce((a, b) => (b.own < a.own ? b : a), points[0] ?? NOWHERE), points.reduce((a, b) => (b.own > a.own ? b : a), points[0] ?? NOWHERE)]
  if (lowest.own === highest.own) return 'For this case the field makes no difference.'
  return `Everything else as it is: from ${scoreInWords(decision, lowest.own)} (${lowest.label}) to ${scoreInWords(decision, highest.own)} (${highest.label}).`
}

const NOWHERE = { own: NaN, label: '' }

function lower(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name
}
