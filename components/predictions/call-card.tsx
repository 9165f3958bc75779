import { Card } from '@/components/ui/card'
import { kpiTitle } from '@/components/overview/in-words'
import { CopyButton } from '@/components/ui/copy-button'
import { formatDateTime, formatDuration, formatNumber } from '@/components/ui/format'
import { KeyValueList } from '@/components/ui/key-value-list'
import type { Decision } from '@/lib/explanations/contract'
import { referenceOf } from '@/lib/explanations/contract/lookup'

/** The call itself, and what came of it. */
export function CallCard({ decision }: { decision: Decision }) {
  const { outcome, kpiEvents } = decision
  return (
    <Card title="The call, and what came of it">
      <KeyValueList
        items={[
          {
            label: 'What happened',
            value: outcome ? (
              <>
                {outcome.inWords}
                <span className="block text-xs text-ink-muted">on {formatDateTime(outcome.occurredAt)}, reported {formatDateTime(outcome.receivedAt)}</span>
              </>
            ) : (
              <span className="text-ink-muted">not known yet</span>
            ),
          },
          ...kpiEvents.map((event) => ({
            label: kpiTitle(event.name),
            value: (
              <>
                {formatNumber(event.value)}
                <span className="block text-xs text-ink-muted">{formatDateTime(event.occurredAt)}</span>
              </>
            ),
          })),
          { label: 'Caller', value: decision.callerName },
          { label: 'Environment', value: decision.environment },
          { label: 'Answered within', value: formatDuration(decision.latencyMicros / 1000) },
          ...(decision.requestId === null ? [] : [{ label: 'Request id', value: decision.requestId }]),
          { label: 'Short reference', value: <span className="tabular-nums">{referenceOf(decision.id)}</span> },
          {
            label: 'Prediction id',
            value: (
              <>
                <code className="break-all">{decision.id}</code> <CopyButton value={decision.id} label="prediction id" />
              </>
            ),
          },
        ]}
      />
    </Card>
  )
}
