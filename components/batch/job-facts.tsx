import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { formatDateTime } from '@/components/ui/format'
import { KeyValueList } from '@/components/ui/key-value-list'
import type { BatchJob } from '@/lib/batch/contract'
import { deliveryInWords, sizeInWords, sourceInWords } from './in-words'

export function JobFacts({ job }: { job: BatchJob }) {
  const { model, version, options, mapping, source, schedule } = job
  const items = [
    { label: 'Model', value: <Link href={`/models/${model.slug}`} className="link">{model.name}</Link> },
    {
      label: 'Answered by',
      value: version === null ? 'The version in force when it begins' : (
        <span>
          <Link href={`/models/${model.slug}/versions/${version.number}`} className="link">Version {version.number}</Link>, the champion of{' '}
          <Link href={`/models/${model.slug}/releases?environment=${job.environment}`} className="link">the release in force</Link> when it began
        </span>
      ),
    },
    { label: 'Source', value: [sourceInWords(source), source.kind === 'upload' && source.format !== 'parquet' ? sizeInWords(job.sourceSize, null) : ''].filter(Boolean).join(', ') },
    ...(source.kind === 'query' ? [{ label: 'Query', value: <code className="break-words whitespace-pre-wrap">{source.query}</code> }] : []),
    { label: 'Columns', value: columnsInWords(mapping.fields) },
    ...(mapping.subject === null ? [] : [{ label: 'Subject', value: mapping.subject }]),
    { label: 'Repeated in the results', value: mapping.keep.length === 0 ? 'Nothing but the row’s number' : mapping.keep.join(', ') },
    { label: 'Output', value: options.output.kind === 'file' ? options.output.format.toUpperCase() : `Table ${options.output.table} in ${options.output.connection}` },
    { label: 'Reasons', value: options.reasons === 0 ? 'None' : `The ${options.reasons} largest of each row` },
    { label: 'Prediction log', value: options.isLogged ? 'Every row is kept and can be looked up' : 'Counted in monitoring only' },
    { label: 'Delivery', value: deliveryInWords(job.delivery) },
    ...(schedule === null ? [] : [{ label: 'Schedule', value: <Link href={`/batch?schedule=${schedule.id}`} className="link">{schedule.name}</Link> }]),
    { label: 'Begun by', value: `${job.createdByName}, ${formatDateTime(job.createdAt)}` },
    ...(job.startedAt === null ? [] : [{ label: 'Started', value: formatDateTime(job.startedAt) }]),
    ...(job.finishedAt === null ? [] : [{ label: 'Ended', value: formatDateTime(job.finishedAt) }]),
  ]
  return (
    <Card title="What was asked">
      <KeyValueList items={items} />
    </Card>
  )
}

function columnsInWords(fields: Readonly<Record<string, string>>): string {
  const renamed = Object.entries(fields).filter(([field, column]) => field !== column)
  const others = Object.keys(fields).length - renamed.length
  const words = renamed.map(([field, column]) => `${field} from “${column}”`)
  return [...words, ...(others === 0 ? [] : [`${others}${renamed.length === 0 ? '' : ' more'}, each from the column of its name`])].join('; ')
}
