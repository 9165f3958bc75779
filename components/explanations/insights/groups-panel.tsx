'use client'

import { useQuery } from '@tanstack/react-query'
import { WaterfallChart } from '@/components/charts/waterfall/chart'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { errorText } from '@/components/ui/error-text'
import { formatCount, formatNumber, formatPercent, formatScore } from '@/components/ui/format'
import { KeyValueList } from '@/components/ui/key-value-list'
import type { GroupFacts, GroupReport } from '@/lib/explanations/rules/insights/contract'
import { insight, type Question } from './api'
import { GroupsTable } from './groups-table'
import { styleOf } from './insight-words'

export interface GroupsPanelProps {
  question: Question
  asked: { field?: string; value?: string; otherField?: string; otherValue?: string; otherFrom: number; otherTo: number }
}

/** Why one group's scores differ from the other's: from the other's mean to the group's, field by field. */
export function GroupsPanel({ question, asked }: GroupsPanelProps) {
  const { data: answer, error, refetch, isPlaceholderData } = useQuery(insight('groups', question, asked))
  const data = answer?.comparison
  const style = data && styleOf(data)
  if (answer?.refusal != null) {
    return (
      <Callout state="info" title="These groups cannot be compared">
        {answer.refusal}
      </Callout>
    )
  }
  const base = data?.baseDifference ?? 0
  return (
    <div className="grid gap-4" aria-busy={isPlaceholderData}>
      <WaterfallChart
        question="Why do the scores of the two groups differ?"
        level={2}
        state={error ? 'failed' : data ? 'ready' : 'loading'}
        failure={error ? errorText(error) : undefined}
        onRetry={() => void refetch()}
        answer={data?.sentence}
        base={{ label: data?.other.label ?? '', value: style?.of(data?.other.mean ?? 0) ?? 0 }}
        score={{ label: data?.group.label ?? '', value: style?.of(data?.group.mean ?? 0) ?? 0 }}
        contributions={
          data && style
            ? [
                ...data.fields.map((field) => ({ id: field.field, label: field.displayName, value: style.of(field.difference), standardError: style.of(field.standardError) })),
                ...(base === 0 ? [] : [{ id: 'base', label: 'Other classes were chosen', value: style.of(base) }]),
              ]
            : []
        }
        format={style?.format}
        unit={style?.unit}
        fileName={`groups-v${question.version}`}
      />
      {data && (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            <GroupCard facts={data.group} report={data} />
            <GroupCard facts={data.other} report={data} />
          </div>
          <GroupsTable report={data} />
        </>
      )}
    </div>
  )
}

function GroupCard({ facts, report }: { facts: GroupFacts; report: GroupReport }) {
  const style = styleOf(report)
  const score = report.scale === 'value' ? formatNumber(facts.meanScore, { unit: report.unit ?? '' }) : formatScore(facts.meanScore)
  return (
    <Card title={facts.label} level={3}>
      <KeyValueList
        items={[
          { label: 'Mean score', value: score },
          // Of a regression that is the mean score again.
          ...(report.scale === 'value' ? [] : [{ label: `Mean (${style.label.toLowerCase()})`, value: formatNumber(style.of(facts.mean), { unit: style.unit ?? '' }) }]),
          { label: 'Cases', value: `${formatCount(facts.rows)}${facts.isSample ? ', spread over the period' : ''}` },
          ...(facts.rowsOfOtherVersions === 0 ? [] : [{ label: 'Left out', value: `${formatCount(facts.rowsOfOtherVersions)} predictions of other versions: one version explains both groups` }]),
          ...(report.scale === 'margin' && !report.isOfChosenClass ? [{ label: 'That is', value: `odds of ${formatNumber(Math.exp(facts.mean))}, a probability of ${formatPercent(1 / (1 + Math.exp(-facts.mean)))}` }] : []),
        ]}
      />
    </Card>
  )
}
