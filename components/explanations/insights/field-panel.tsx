'use client'

import { useQuery } from '@tanstack/react-query'
import { useQueryStates, parseAsString } from 'nuqs'
import { useMemo } from 'react'
import { DependenceChart } from '@/components/charts/dependence/chart'
import { Callout } from '@/components/ui/callout'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { formatPercent } from '@/components/ui/format'
import { Select } from '@/components/ui/select'
import type { DependenceReport } from '@/lib/explanations/rules/insights/contract'
import { amountInWords } from '@/lib/explanations/rules/insights/effect-words'
import { insight, type Question } from './api'
import { BasisNote } from './basis-note'
import { basisInWords, styleOf } from './insight-words'

export interface FieldPanelProps {
  question: Question
  /** All fields; those that the reader may not see are told apart in the answer. */
  fields: readonly { name: string; displayName: string; isHidden: boolean }[]
  field: string
}

/** How the values of one field push the score. */
export function FieldPanel({ question, fields, field }: FieldPanelProps) {
  const [{ partner }, setView] = useQueryStates({ field: parseAsString, partner: parseAsString })
  const { data, error, refetch } = useQuery(insight('dependence', question, { field, partner: partner ?? undefined }))
  const name = fields.find((one) => one.name === field)?.displayName ?? field
  const style = data && styleOf(data)
  const scaled = useMemo(() => {
    if (!data) return { contributions: [], bands: [] }
    const { of } = styleOf(data)
    return { contributions: data.contributions.map(of), bands: data.bands.map((band) => ({ ...band, mean: of(band.mean), standardError: of(band.standardError) })) }
  }, [data])
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <Field label="Field" className="w-56">
          {(control) => (
            <Select {...control} value={field} options={fields.map((one) => ({ value: one.name, label: one.displayName }))} onChange={(event) => void setView({ field: event.target.value, partner: null }, { shallow: false })} />
          )}
        </Field>
        <Field label="Marked by" className="w-56">
          {(control) => (
            <Select
              {...control}
              value={partner ?? ''}
              options={[{ value: '', label: 'Strongest partner' }, ...fields.filter((one) => one.name !== field && !one.isHidden).map((one) => ({ value: one.name, label: one.displayName }))]}
              onChange={(event) => void setView({ partner: event.target.value === '' ? null : event.target.value })}
            />
          )}
        </Field>
      </div>
      {data && <BasisNote basis={data.basis} version={data.version} />}
      {data?.isMasked ? (
        <Callout state="info" title={`The values of ${data.displayName} are hidden from you`}>
          {data.sentence}
        </Callout>
      ) : (
        <DependenceChart
          question={`Does ${name.charAt(0).toLowerCase()}${name.slice(1)} push the score up or down?`}
          level={2}
          state={error ? 'failed' : data ? 'ready' : 'loading'}
          failure={error ? errorText(error) : undefined}
          onRetry={() => void refetch()}
          answer={data && `${data.sentence} ${basisInWords(data.basis, data.version)}.`}
          kind={data?.kind ?? 'number'}
          values={data?.values ?? []}
          categories={data?.categories ?? []}
          contributions={scaled.contributions}
          groups={data?.partnerGroups ?? []}
          bands={scaled.bands}
          format={style?.format}
          unit={style?.unit}
          xLabel={data ? `${data.displayName}${data.fieldUnit ? ` (${data.fieldUnit})` : ''}; upwards: ${style?.label.toLowerCase() ?? ''}` : ''}
          groupLabels={data?.partner?.groups ?? []}
          partnerLabel={data?.partner?.displayName}
          fileName={`${field}-v${question.version}`}
          emptyText="Cases appear here once predictions are explained, or the version has reference data."
        />
      )}
      {data && !data.isMasked && <p className="text-sm text-ink-muted">{partnerWords(data)}</p>}
    </div>
  )
}

function partnerWords(report: DependenceReport): string {
  const { partner, displayName } = report
  if (partner === null) return `No other field changes visibly what a value of ${displayName} does.`
  switch (partner.method) {
    case 'asked':
      return `Marked by ${partner.displayName}, as chosen.`
    case 'interaction':
      return `${partner.displayName} is its strongest partner: by exact interaction values the two move the score by ${amountInWords(report, partner.strength ?? 0)} on average beyond what each does alone.`
    case 'variance':
      return `${partner.displayName} is its strongest partner: where ${displayName} is about equal, it goes with ${formatPercent(partner.strength, 0)} of the spread of the contributions (estimated from these cases).`
  }
}
