'use client'

import { useQuery } from '@tanstack/react-query'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { BarsChart } from '@/components/charts/bars/chart'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { formatNumber, formatPercent } from '@/components/ui/format'
import { Select } from '@/components/ui/select'
import type { FieldImportance, ImportanceReport } from '@/lib/explanations/rules/insights/contract'
import { effectInWords } from '@/lib/explanations/rules/insights/effect-words'
import { insight, type Question } from './api'
import { BasisNote } from './basis-note'
import { ImportanceGroups } from './importance-groups'
import { basisInWords, hasOdds, oddsFactor, SHOWN_AS, styleOf, type ShownAs } from './insight-words'

export interface ImportancePanelProps {
  question: Question
  /** Fields whose values the reader may see. */
  fields: readonly { name: string; displayName: string }[]
  hasClasses: boolean
  /** Where a field's own page is, before its name. */
  fieldHref: string
}

const WIDTH_OF_INTERVAL = 2

/** Which factors matter most, altogether and by group. */
export function ImportancePanel({ question, fields, hasClasses, fieldHref }: ImportancePanelProps) {
  const [{ by, as }, setView] = useQueryStates({ by: parseAsString.withDefault(''), as: parseAsStringLiteral(SHOWN_AS).withDefault('share') })
  const isClass = by === 'class' && hasClasses
  const field = fields.find((one) => `field:${one.name}` === by)?.name
  const more = isClass ? { by: 'class' } : field === undefined ? {} : { by: 'field', field }
  const { data, error, refetch } = useQuery(insight('importance', question, more))
  const shownAs = as === 'odds' && data && !hasOdds(data) ? 'contribution' : as
  const style = data && figures(data, shownAs)
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <Field label="Split" className="w-48">
          {(control) => (
            <Select
              {...control}
              value={isClass ? 'class' : field === undefined ? '' : by}
              options={[{ value: '', label: 'All together' }, ...(hasClasses ? [{ value: 'class', label: 'By answer' }] : []), ...fields.map((one) => ({ value: `field:${one.name}`, label: `By ${one.displayName}` }))]}
              onChange={(event) => void setView({ by: event.target.value === '' ? null : event.target.value })}
            />
          )}
        </Field>
        <Field label="Shown as" className="w-44">
          {(control) => (
            <Select
              {...control}
              value={shownAs}
              options={[
                { value: 'share', label: 'Share' },
                { value: 'contribution', label: data ? styleOf(data).label : 'Contribution' },
                ...(data && hasOdds(data) ? [{ value: 'odds', label: 'Factor on the odds' }] : []),
              ]}
              onChange={(event) => void setView({ as: event.target.value as ShownAs })}
            />
          )}
        </Field>
      </div>
      {data && <BasisNote basis={data.basis} version={data.version} />}
      <BarsChart
        question="Which factors matter most?"
        level={2}
        state={error ? 'failed' : data ? 'ready' : 'loading'}
        failure={error ? errorText(error) : undefined}
        onRetry={() => void refetch()}
        answer={data && answerOf(data)}
        items={data && style ? data.fields.map((one) => itemOf(one, style, `${fieldHref}${encodeURIComponent(one.field)}`)) : []}
        format={style?.format}
        unit={style?.unit}
        valueLabel={style?.label ?? 'Share'}
        fileName={`factors-v${question.version}`}
        emptyText="The factors appear here once predictions are explained, or the version has reference data."
      />
      {data?.groups && data.groups.length > 0 && <ImportanceGroups report={data} groups={data.groups} />}
    </div>
  )
}

interface Figures {
  format: 'percent' | 'number'
  unit?: string
  label: string
  of: (size: number) => number
}

function figures(report: ImportanceReport, shownAs: ShownAs): Figures {
  const total = report.fields.reduce((sum, field) => sum + field.meanAbsolute, 0)
  if (shownAs === 'share') return { format: 'percent', label: 'Share of all movement', of: (size) => (total === 0 ? 0 : Math.min(1, size / total)) }
  if (shownAs === 'odds') return { format: 'number', label: 'Mean factor on the odds, up or down', of: oddsFactor }
  const { unit, label, of } = styleOf(report)
  return { format: 'number', ...(unit === undefined ? {} : { unit }), label: `Mean size of the contribution (${label.toLowerCase()})`, of }
}

function itemOf({ field, displayName, meanAbsolute, standardError }: FieldImportance, { of }: Figures, href: string) {
  const reach = WIDTH_OF_INTERVAL * standardError
  return { id: field, label: displayName, value: of(meanAbsolute), low: of(Math.max(0, meanAbsolute - reach)), high: of(meanAbsolute + reach), href }
}

function answerOf(report: ImportanceReport): string {
  const [first, second] = report.fields
  const source = `${basisInWords(report.basis, report.version)}; whiskers are two standard errors.`
  if (!first || first.meanAbsolute === 0) return source
  const direction = first.mean === null ? '' : ` On average ${first.displayName} ${effectInWords(report, first.mean)}.`
  const next = second ? `, then ${second.displayName} (${formatPercent(second.share, 0)})` : ''
  const factor = hasOdds(report) ? `, moving the odds by a factor of ${formatNumber(oddsFactor(first.meanAbsolute))} up or down` : ''
  return `${first.displayName}, with ${formatPercent(first.share, 0)} of all movement${factor}${next}.${direction} ${source}`
}
