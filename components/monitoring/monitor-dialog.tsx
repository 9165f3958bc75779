'use client'

import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { EXPLANATION_MEASURES, monitorRuleSchema, type MonitorRule } from '@/lib/monitoring/contract'
import { EXPLANATION_MEASURE_WORDS, MEASURE_WORDS, RULE_NAMES } from './in-words'
import { draftInputs, draftOf, EXPLANATION_LIMITS, newRule, ruleOf } from './monitor-draft'

export interface MonitorDialogProps {
  trigger: ReactNode
  /** The one to change; a new one otherwise. */
  rule?: MonitorRule
  isRegression: boolean
  /** What a drift monitor can be limited to. */
  fields: readonly { name: string; displayName: string }[]
  onSave: (rule: MonitorRule) => Promise<unknown>
}

const KINDS = (['drift', 'volume', 'errors', 'accuracy', 'new-reason', 'explanation-drift', 'forbidden-reason'] as const).map((kind) => ({
  value: kind,
  label: RULE_NAMES[kind],
}))
const MEASURES = (['psi', 'jensen-shannon'] as const).map((measure) => ({ value: measure, label: MEASURE_WORDS[measure] }))
const EXPLANATION_CHOICES = EXPLANATION_MEASURES.map((measure) => ({ value: measure, label: EXPLANATION_MEASURE_WORDS[measure] }))

export function MonitorDialog({ trigger, rule: present, isRegression, fields, onSave }: MonitorDialogProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [rule, setRule] = useState<MonitorRule>(present ?? newRule('drift', isRegression))
  const inputs = draftInputs(rule.kind, isRegression)
  const [draft, setDraft] = useState(() => draftOf(rule, inputs))
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)

  function start(next: MonitorRule): void {
    setRule(next)
    setDraft(draftOf(next, draftInputs(next.kind, isRegression)))
    setFailure(null)
  }

  function open(next: boolean): void {
    setIsOpen(next)
    start(present ?? newRule('drift', isRegression))
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const parsed = monitorRuleSchema.safeParse(ruleOf(rule, draft, inputs))
    if (!parsed.success) {
      const wrong = inputs.filter((input) => parsed.error.issues.some((issue) => issue.path[0] === input.name))
      setFailure(new Error(`Not a usable number: ${wrong.map((input) => input.label).join(', ')}.`))
      return
    }
    setIsBusy(true)
    setFailure(null)
    try {
      await onSave(parsed.data)
      setIsOpen(false)
    } catch (error) {
      setFailure(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Dialog title={present ? `Change: ${RULE_NAMES[present.kind]}` : 'Add a monitor'} description="Counts from the next check on." trigger={trigger} open={isOpen} onOpenChange={open}>
      <form onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
        {failure !== null && (
          <Callout state="problem" title="Not saved" role="alert">
            {errorText(failure)}
          </Callout>
        )}
        {present === undefined && (
          <Field label="Fires when">
            {(control) => (
              <Select
                {...control}
                value={rule.kind}
                options={KINDS}
                onChange={(event) => start(newRule(KINDS.find((one) => one.value === event.target.value)?.value ?? 'drift', isRegression))}
              />
            )}
          </Field>
        )}
        {rule.kind === 'drift' && (
          <Field label="Measure">
            {(control) => (
              <Select
                {...control}
                value={rule.measure}
                options={MEASURES}
                onChange={(event) => setRule({ ...rule, measure: event.target.value === 'psi' ? 'psi' : 'jensen-shannon' })}
              />
            )}
          </Field>
        )}
        {rule.kind === 'explanation-drift' && (
          <Field label="What is compared">
            {(control) => (
              <Select
                {...control}
                value={rule.measure}
                options={EXPLANATION_CHOICES}
                onChange={(event) => {
                  const measure = event.target.value === 'ndcg' ? 'ndcg' : 'jensen-shannon'
                  start({ ...rule, measure, limit: EXPLANATION_LIMITS[measure] })
                }}
              />
            )}
          </Field>
        )}
        {rule.kind === 'forbidden-reason' && <p className="text-sm text-ink-muted">Which fields are forbidden is said in the model’s reason settings.</p>}
        {inputs.map((input) => (
          <Field key={input.name} label={input.label} hint={input.hint}>
            {(control) => (
              <Input {...control} inputMode="decimal" value={draft[input.name] ?? ''} onChange={(event) => setDraft({ ...draft, [input.name]: event.target.value })} />
            )}
          </Field>
        ))}
        {rule.kind === 'drift' && fields.length > 0 && (
          <fieldset className="grid gap-2">
            <legend className="mb-1 text-sm font-medium">Fields</legend>
            <Checkbox label="All fields and the model’s answers" checked={rule.fields === null} onChange={(event) => setRule({ ...rule, fields: event.target.checked ? null : [] })} />
            {rule.fields !== null &&
              fields.map((field) => (
                <Checkbox
                  key={field.name}
                  label={field.displayName}
                  checked={rule.fields?.includes(field.name) ?? false}
                  onChange={(event) =>
                    setRule({
                      ...rule,
                      fields: event.target.checked ? [...(rule.fields ?? []), field.name] : (rule.fields ?? []).filter((name) => name !== field.name),
                    })
                  }
                />
              ))}
          </fieldset>
        )}
        <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={() => open(false)} disabled={isBusy}>Cancel</Button>
          <Button type="submit" variant="primary" loading={isBusy}>Save</Button>
        </div>
      </form>
    </Dialog>
  )
}
