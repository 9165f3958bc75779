import { Callout } from '@/components/ui/callout'
import { CodeBlock } from '@/components/ui/code-block'
import { formatDuration, formatScore } from '@/components/ui/format'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { EndpointTrial } from '@/lib/registry/contract/remote'

/** What the server answered, and the document as it would be kept. */
export function TrialResult({ trial }: { trial: EndpointTrial }) {
  const { answers, endpoint, isMadeUp, rows, signature, tookMs } = trial
  const fields = signature.fields.slice(0, 6)
  return (
    <div className="grid gap-3">
      <Callout state="ok" role="status" title={`It answers: ${answers.length} ${isMadeUp ? 'made-up' : 'reference'} ${answers.length === 1 ? 'row' : 'rows'} in ${formatDuration(tookMs)}`}>
        {signature.fields.length} inputs. Nothing was saved.
      </Callout>
      <Table caption="What it answered">
        <TableHeader>
          <TableRow>
            {fields.map(({ name }) => <TableHead key={name}>{name}</TableHead>)}
            {signature.fields.length > fields.length && <TableHead>…</TableHead>}
            <TableHead numeric>Answer</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {answers.map((answer, index) => (
            <TableRow key={index}>
              {fields.map(({ name }) => <TableCell key={name}>{String(rows[index]?.[name] ?? '–')}</TableCell>)}
              {signature.fields.length > fields.length && <TableCell>…</TableCell>}
              <TableCell numeric>{[answer.label, formatted(answer.score ?? answer.value)].filter((part) => part !== undefined).join(', ')}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <details className="text-sm">
        <summary className="cursor-pointer">The document as it would be kept</summary>
        <div className="mt-2"><CodeBlock label="endpoint.json" code={JSON.stringify(endpoint, null, 2)} /></div>
      </details>
    </div>
  )
}

function formatted(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatScore(value)
}
