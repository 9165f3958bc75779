import { EyeOff } from 'lucide-react'
import { PercentileStrip } from '@/components/charts/percentile-strip/strip'
import { Card } from '@/components/ui/card'
import { KeyValueList } from '@/components/ui/key-value-list'
import type { ShownInput } from '@/lib/explanations/contract'

/** What the model was given, and where each value lies in what it was trained on. */
export function InputsCard({ inputs }: { inputs: readonly ShownInput[] }) {
  return (
    <Card title="What the model was told" description="And how usual each value is in the version's reference data.">
      <KeyValueList
        layout="columns"
        items={inputs.map((input) => ({ label: <span title={input.description ?? undefined}>{input.displayName}</span>, value: <Value input={input} /> }))}
      />
    </Card>
  )
}

function Value({ input }: { input: ShownInput }) {
  if (input.isMasked) {
    return (
      <span className="flex items-center gap-1.5 text-ink-muted">
        <EyeOff aria-hidden className="size-3.5 shrink-0" /> Hidden from your role
      </span>
    )
  }
  return (
    <>
      <span className="tabular-nums">{input.inWords}</span>
      {input.strip !== null && <PercentileStrip strip={input.strip} className="mt-1" />}
      {input.place !== null && <span className="block text-xs text-ink-muted">{input.place}</span>}
    </>
  )
}
