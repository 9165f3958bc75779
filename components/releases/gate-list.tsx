import { Badge } from '@/components/ui/badge'
import { formatNumber, NO_VALUE } from '@/components/ui/format'
import { StatusMark } from '@/components/ui/status-mark'
import type { GateResult } from '@/lib/releases/contract'
import { GATE_QUESTIONS, VERDICT_WORDS } from './in-words'

const ORDER = { failed: 0, warning: 1, passed: 2 }

/** What was checked when the promotion was requested: what needs a look comes first. */
export function GateList({ gates }: { gates: readonly GateResult[] }) {
  if (gates.length === 0) return <p className="text-sm text-ink-muted">The policy of this environment asks for no gate.</p>
  const sorted = [...gates].sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict])
  return (
    <ul className="divide-y rounded-lg border bg-surface shadow-card">
      {sorted.map((result) => (
        <li key={result.id} className="grid gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[8.5rem_1fr]">
          <StatusMark {...VERDICT_WORDS[result.verdict]} className="self-start" />
          <div className="min-w-0">
            <p className="font-medium">{GATE_QUESTIONS[result.gate]}</p>
            <p className="mt-0.5 text-sm">{result.sentence}</p>
            {result.evidence.figures.length > 0 && <Figures figures={result.evidence.figures} />}
            {result.evidence.details !== undefined && result.evidence.details.length > 0 && (
              <details className="mt-2 text-sm" open={result.verdict !== 'passed'}>
                <summary className="min-h-6 cursor-pointer py-0.5 text-ink-muted hover:text-ink">Details</summary>
                <ul className="mt-1 list-disc space-y-0.5 pl-5">
                  {result.evidence.details.map((detail) => <li key={detail}>{detail}</li>)}
                </ul>
              </details>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}

function Figures({ figures }: { figures: GateResult['evidence']['figures'] }) {
  return (
    <dl className="mt-2 flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {figures.map((figure) => (
        <div key={figure.name} className="flex items-baseline gap-1.5">
          <dt className="text-ink-muted">{figure.name}</dt>
          <dd className="font-medium tabular-nums">{typeof figure.value === 'number' ? formatNumber(figure.value, { decimals: Number.isInteger(figure.value) ? 0 : 4 }) : (figure.value ?? NO_VALUE)}</dd>
          {figure.limit !== undefined && <dd><Badge>{typeof figure.limit === 'number' ? `at most ${figure.limit}` : figure.limit}</Badge></dd>}
        </div>
      ))}
    </dl>
  )
}
