'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { WaterfallChart } from '@/components/charts/waterfall/chart'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { errorText } from '@/components/ui/error-text'
import { formatDateTime } from '@/components/ui/format'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { ApiError } from '@/lib/access/client'
import type { ChangedField, ChangeEnd, ChangeReport } from '@/lib/explanations/rules/insights/contract'
import { scoreChange } from './api'
import { signedIn, styleOf } from './insight-words'

const REFUSALS = ['inputs_differ', 'classes_differ', 'not_explainable']

/** Why one subject's score moved from one prediction to another. */
export function ChangePanel({ model, before, after }: { model: string; before: string; after: string }) {
  const { data, error, refetch } = useQuery({ ...scoreChange(model, before, after), retry: (count, failure) => count < 1 && !(failure instanceof ApiError && failure.status < 500) })
  if (error instanceof ApiError && REFUSALS.includes(error.code)) {
    return (
      <Callout state="info" title="These two predictions cannot be compared by field">
        {error.message}
      </Callout>
    )
  }
  const style = data && styleOf(data)
  return (
    <div className="grid gap-4">
      <WaterfallChart
        question="Why did the score move?"
        level={2}
        state={error ? 'failed' : data ? 'ready' : 'loading'}
        failure={error ? errorText(error) : undefined}
        onRetry={() => void refetch()}
        answer={data?.sentence}
        base={{ label: data ? `Before, version ${data.before.version}` : '', value: style?.of(data?.before.margin ?? 0) ?? 0 }}
        score={{ label: data ? `After, version ${data.after.version}` : '', value: style?.of(data?.after.margin ?? 0) ?? 0 }}
        contributions={
          data && style
            ? [
                ...data.fields.map((field) => ({ id: field.field, label: field.displayName, value: style.of(field.difference), input: inputOf(field) })),
                ...(data.baseDifference === 0 ? [] : [{ id: 'base', label: 'The version’s average case', value: style.of(data.baseDifference) }]),
              ]
            : []
        }
        format={style?.format}
        unit={style?.unit}
        fileName="score-change"
      />
      {data && (
        <>
          {!data.isSameVersion && (
            <Callout state="info" title={`Version ${data.before.version} answered first, version ${data.after.version} later`}>
              Both versions were asked about both data. What belongs to the data and what to the model is the mean of both orders: the data changed first, or the model changed first.
            </Callout>
          )}
          <div className="grid gap-4 sm:grid-cols-2">
            <End title="Before" end={data.before} />
            <End title="After" end={data.after} />
          </div>
          <ChangeTable report={data} />
        </>
      )}
    </div>
  )
}

function inputOf(field: ChangedField): string {
  if (field.isMasked) return field.isChanged ? 'changed, hidden' : 'the same, hidden'
  return field.isChanged ? `${field.before}, then ${field.after}` : `${field.after}, as before`
}

function End({ title, end }: { title: string; end: ChangeEnd }) {
  return (
    <Card level={3} title={title} description={`${formatDateTime(end.at)}, version ${end.version}`}>
      <p className="text-sm">{end.answer}</p>
      <Link href={`/predictions/${end.id}`} className="link mt-2 inline-block text-sm">
        The prediction and its reasons
      </Link>
    </Card>
  )
}

function ChangeTable({ report }: { report: ChangeReport }) {
  const style = styleOf(report)
  const number = signedIn(style)
  const width = report.isSameVersion ? undefined : 'min-w-150'
  return (
    <Card flush title="Which fields changed?" description={`How the contribution of each moved, ${style.inWords}.`}>
      <Table caption="Fields before and after" className={width}>
        <TableHeader>
          <TableRow>
            <TableHead>Field</TableHead>
            <TableHead>Before</TableHead>
            <TableHead>After</TableHead>
            <TableHead numeric>Moved the score by</TableHead>
            {!report.isSameVersion && <TableHead numeric>Data changed</TableHead>}
            {!report.isSameVersion && <TableHead numeric>Model changed</TableHead>}
          </TableRow>
        </TableHeader>
        <TableBody>
          {report.fields.map((field) => (
            <TableRow key={field.field} className={field.isChanged ? undefined : 'text-ink-muted'}>
              <th scope="row" className="px-3 py-2 text-left font-medium">
                {field.displayName}
              </th>
              <TableCell>{field.isMasked ? 'hidden' : field.before}</TableCell>
              <TableCell className={field.isChanged ? 'font-medium' : undefined}>{field.isMasked ? 'hidden' : field.after}</TableCell>
              <TableCell numeric>{number(field.difference)}</TableCell>
              {!report.isSameVersion && <TableCell numeric>{number(field.dataPart)}</TableCell>}
              {!report.isSameVersion && <TableCell numeric>{number(field.modelPart)}</TableCell>}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
