'use client'

import { useRouter } from 'next/navigation'
import { useId, useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { setPolicy } from '@/lib/releases/client'
import type { GateRule, Policy } from '@/lib/releases/contract'
import { gateInWords } from './in-words'

type Threshold = Extract<GateRule, { gate: 'metric-threshold' }>
type Draft = Omit<Threshold, 'value'> & { key: number; value: string }

const PLAIN_GATES = [{ gate: 'signature-compatible' }, { gate: 'reference-rows-answered' }] as const satisfies readonly GateRule[]

export interface PolicyDialogProps {
  model: { slug: string; name: string }
  policy: Policy
  metrics: readonly string[]
}

export function PolicyDialog({ model, policy, metrics }: PolicyDialogProps) {
  const router = useRouter()
  const metricsId = useId()
  const [isOpen, setIsOpen] = useState(false)
  const [approvals, setApprovals] = useState('')
  const [plain, setPlain] = useState<string[]>([])
  const [drafts, setDrafts] = useState<Draft[]>([])
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)

  function open(next: boolean): void {
    setIsOpen(next)
    setFailure(null)
    setApprovals(String(policy.requiredApprovals))
    setPlain(policy.gates.filter((gate) => gate.gate !== 'metric-threshold').map((gate) => gate.gate))
    const thresholds = policy.gates.filter((gate) => gate.gate === 'metric-threshold')
    setDrafts(thresholds.map((gate, key) => ({ ...gate, key, value: String(gate.value) })))
  }

  function change(key: number, part: Partial<Draft>): void {
    setDrafts((present) => present.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)))
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const thresholds = drafts.map(({ key: _, value, ...draft }): Threshold => ({ ...draft, metric: draft.metric.trim(), value: value.trim() === '' ? NaN : Number(value) }))
    const unfinished = thresholds.find((gate) => gate.metric === '' || !Number.isFinite(gate.value))
    if (unfinished) {
      setFailure(new Error('Each limit needs the name of a metric and a number.'))
      return
    }
    setIsBusy(true)
    setFailure(null)
    try {
      const gates = [...PLAIN_GATES.filter((gate) => plain.includes(gate.gate)), ...thresholds]
      await setPolicy(model.slug, policy.environment, { requiredApprovals: Number(approvals), gates })
      toast.success(`The policy of ${model.name} in ${policy.environment} is changed.`)
      setIsOpen(false)
      router.refresh()
    } catch (error) {
      setFailure(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Dialog
      size="large"
      title={`Policy of ${model.name} in ${policy.environment}`}
      description="Counts for promotions requested from now on; those that wait keep what they were asked with."
      trigger={<Button size="small">Change</Button>}
      open={isOpen}
      onOpenChange={open}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
        {failure !== null && (
          <Callout state="problem" title="Not changed" role="alert">
            {errorText(failure)}
          </Callout>
        )}
        <Field label="Approvals by other people" hint={`${policy.environment} needs at least ${policy.leastApprovals}.`}>
          {(control) => (
            <Input {...control} type="number" min={policy.leastApprovals} max={5} value={approvals} onChange={(event) => setApprovals(event.target.value)} />
          )}
        </Field>
        <fieldset className="grid gap-2">
          <legend className="mb-1 text-sm font-medium">Gates</legend>
          {PLAIN_GATES.map((gate) => (
            <Checkbox
              key={gate.gate}
              label={gateInWords(gate)}
              checked={plain.includes(gate.gate)}
              onChange={(event) => setPlain(event.target.checked ? [...plain, gate.gate] : plain.filter((name) => name !== gate.gate))}
            />
          ))}
        </fieldset>
        <fieldset className="grid gap-3">
          <legend className="mb-1 text-sm font-medium">Limits of metrics</legend>
          <datalist id={metricsId}>{metrics.map((metric) => <option key={metric} value={metric} />)}</datalist>
          {drafts.map((draft) => (
            <div key={draft.key} className="grid items-end gap-2 sm:grid-cols-[1fr_8rem_7rem_auto]">
              <Field label="Metric">
                {(control) => <Input {...control} list={metricsId} value={draft.metric} maxLength={60} onChange={(event) => change(draft.key, { metric: event.target.value })} />}
              </Field>
              <Field label="Must be">
                {(control) => (
                  <Select
                    {...control}
                    value={draft.comparison}
                    options={[{ value: 'at-least', label: 'at least' }, { value: 'at-most', label: 'at most' }]}
                    onChange={(event) => change(draft.key, { comparison: event.target.value === 'at-most' ? 'at-most' : 'at-least' })}
                  />
                )}
              </Field>
              <Field label="Limit">
                {(control) => <Input {...control} inputMode="decimal" value={draft.value} onChange={(event) => change(draft.key, { value: event.target.value })} />}
              </Field>
              <Button variant="quiet" onClick={() => setDrafts(drafts.filter((other) => other.key !== draft.key))}>Remove</Button>
            </div>
          ))}
          <Button
            size="small"
            className="justify-self-start"
            onClick={() => setDrafts([...drafts, { key: Math.max(-1, ...drafts.map((draft) => draft.key)) + 1, gate: 'metric-threshold', metric: '', comparison: 'at-least', value: '' }])}
          >
            Add a limit
          </Button>
        </fieldset>
        <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={() => setIsOpen(false)} disabled={isBusy}>Cancel</Button>
          <Button type="submit" variant="primary" loading={isBusy}>Save the policy</Button>
        </div>
      </form>
    </Dialog>
  )
}
