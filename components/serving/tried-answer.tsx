import Link from 'next/link'
import { Callout } from '@/components/ui/callout'
import { formatDuration, formatNumber, formatPercent } from '@/components/ui/format'
import { KeyValueList } from '@/components/ui/key-value-list'
import type { Signature } from '@/lib/registry/contract'
import type { SinglePredictAnswer } from '@/lib/serving/contract'

export interface TriedAnswerProps {
  answer: SinglePredictAnswer
  /** From the click to the answer, with the network and the reasons. */
  tookMs: number
  signature: Pick<Signature, 'scoreMeaning' | 'scoreUnit' | 'classNames'>
}

export function TriedAnswer({ answer, tookMs, signature }: TriedAnswerProps) {
  const { output, fallback, reasons } = answer
  const items = [
    ...(output.decision === undefined ? [] : [{ label: 'Decision', value: output.decision }]),
    ...(output.label === undefined ? [] : [{ label: 'Class', value: signature.classNames?.[String(output.label)] ?? String(output.label) }]),
    ...(output.score === undefined ? [] : [{ label: capital(signature.scoreMeaning), value: formatPercent(output.score, 1) }]),
    ...(output.value === undefined ? [] : [{ label: capital(signature.scoreMeaning), value: formatNumber(output.value, { unit: signature.scoreUnit }) }]),
    { label: 'Answered by', value: answer.release === '' ? `version ${answer.version}, which is not released here` : `version ${answer.version}` },
    { label: 'Took', value: `${formatDuration(tookMs)}, with network and reasons` },
  ]
  return (
    <div className="grid gap-4">
      <KeyValueList items={items} />
      {fallback !== undefined && (
        <Callout state="attention" title={`A guardrail answered: ${fallback.answeredBy}`}>
          {fallback.sentence}
        </Callout>
      )}
      {reasons && reasons.length > 0 && (
        <div>
          <h3 className="mb-1 text-sm font-medium">Why</h3>
          <ol className="grid list-inside list-decimal gap-1 text-sm">
            {reasons.map((reason) => (
              <li key={reason.field}>{reason.sentence}</li>
            ))}
          </ol>
        </div>
      )}
      {reasons === null && <p className="text-sm text-ink-muted">This answer could not be explained; it stands all the same.</p>}
      {answer.warnings?.map((warning) => (
        <Callout key={warning.code} state="info" title={warning.message} />
      ))}
      <Link href={`/predictions/${answer.id}`} className="link text-sm">
        Open the logged prediction
      </Link>
    </div>
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
