import { Card } from '@/components/ui/card'
import { formatCount, formatDuration } from '@/components/ui/format'
import { KeyValueList, type KeyValueItem } from '@/components/ui/key-value-list'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark, type State } from '@/components/ui/status-mark'
import { PROTOCOL_WORDS, secretsOf } from '@/lib/inference/remote/endpoint'
import type { RemoteEndpointView } from '@/lib/registry/contract/remote'

const BREAKER: Record<'closed' | 'open' | 'half-open', { state: State; label: string }> = {
  closed: { state: 'ok', label: 'Calls are sent' },
  open: { state: 'problem', label: 'Left alone: it failed too often' },
  'half-open': { state: 'attention', label: 'The next call tries it' },
}

/** The server that answers for a version, and how it fares. Secrets are named, and known to nobody here. */
export function EndpointCard({ view }: { view: RemoteEndpointView }) {
  const { endpoint, state } = view
  const secrets = secretsOf(endpoint)
  const items: (KeyValueItem | null)[] = [
    { label: 'Address', value: <span className="font-mono text-xs break-all">{endpoint.url}</span> },
    { label: 'Protocol', value: PROTOCOL_WORDS[endpoint.protocol] },
    endpoint.model === undefined ? null : { label: 'Model there', value: endpoint.modelVersion === undefined ? endpoint.model : `${endpoint.model}, version ${endpoint.modelVersion}` },
    endpoint.note === undefined ? null : { label: 'Note', value: endpoint.note },
    { label: 'A call', value: `at most ${formatDuration(endpoint.timeoutMs)} and ${formatCount(endpoint.mostRows)} rows, over ${formatCount(endpoint.connections)} connections` },
    secrets.length === 0 ? null : { label: 'Secrets', value: <span className="font-mono text-xs break-all">{secrets.join(', ')}</span> },
    ...(state === null ? [{ label: 'State', value: <span className="text-ink-muted">Not called by this process yet</span> }] : stateItems(state)),
  ]
  return (
    <Card title="The server that answers" description={state === null ? undefined : 'As the process that shows this page sees it.'}>
      <KeyValueList items={items.filter((item) => item !== null)} />
    </Card>
  )
}

function stateItems({ breaker, changedAt, triedAgainAt, latencyMicros, calls, failures, lastFailure }: NonNullable<RemoteEndpointView['state']>): (KeyValueItem | null)[] {
  return [
    {
      label: 'State',
      value: (
        <>
          <StatusMark {...BREAKER[breaker]} />
          {triedAgainAt !== null && <span className="block text-xs text-ink-muted">since <RelativeTime at={changedAt} />, tried again <RelativeTime at={triedAgainAt} /></span>}
        </>
      ),
    },
    { label: 'Calls', value: `${formatCount(calls)}, of which ${formatCount(failures)} failed` },
    latencyMicros === null ? null : { label: 'Latency', value: `half within ${formatDuration(latencyMicros.p50 / 1000)}, 99 % within ${formatDuration(latencyMicros.p99 / 1000)}` },
    lastFailure === null ? null : { label: 'Last failure', value: <>{lastFailure.sentence} <RelativeTime at={lastFailure.at} /></> },
  ]
}
