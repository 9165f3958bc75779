'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Dialog } from '@/components/ui/dialog'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { setServingSettings } from '@/lib/serving/client'
import type { ServingSettings } from '@/lib/serving/contract'
import { draftOf, LIMIT_NAMES, limitsOf, type LimitName } from './limit-draft'
import { LimitFields } from './limit-fields'

export interface ServingSettingsDialogProps {
  model: { slug: string; name: string }
  environment: string
  revision: number
  settings: ServingSettings
  /** Limits and price are an administrator's. */
  mayLimit: boolean
}

const ALLOWANCES = LIMIT_NAMES.filter((name) => name !== 'deadlineMs')
const CURRENCY = /^[A-Z]{3}$/

export function ServingSettingsDialog({ model, environment, revision, settings, mayLimit }: ServingSettingsDialogProps) {
  const router = useRouter()
  const [isOpen, setIsOpen] = useState(false)
  const [draft, setDraft] = useState(() => fieldsOf(settings))
  const [errors, setErrors] = useState<Partial<Record<LimitName | 'amount' | 'currency', string>>>({})
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const change = (part: Partial<ReturnType<typeof fieldsOf>>) => setDraft((present) => ({ ...present, ...part }))

  function open(next: boolean): void {
    setIsOpen(next)
    setErrors({})
    setFailure(null)
    setDraft(fieldsOf(settings))
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const read = settingsOf(draft)
    setErrors('errors' in read ? read.errors : {})
    if ('errors' in read) return
    setIsBusy(true)
    setFailure(null)
    try {
      await setServingSettings(model.slug, environment, read.settings, revision)
      toast.success(`How ${model.name} is served in ${environment} is changed.`)
      setIsOpen(false)
      router.refresh()
    } catch (error) {
      setFailure(error)
    } finally {
      setIsBusy(false)
    }
  }

  const limits = { draft: draft.limits, errors, onChange: (name: LimitName, text: string) => change({ limits: { ...draft.limits, [name]: text } }) }
  return (
    <Dialog
      size="large"
      title={`How ${model.name} is served in ${environment}`}
      description="Counts from the next call, for every version that serves there. The settings before stay on record; to undo, set them again."
      trigger={<Button size="small">Change</Button>}
      open={isOpen}
      onOpenChange={open}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-5" noValidate>
        {failure !== null && (
          <Callout state="problem" title="Not changed" role="alert">
            {errorText(failure)}
          </Callout>
        )}
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Batching" hint="Together is faster under load. Alone suits a model whose answer to a row depends on the rows beside it.">
            {(control) => (
              <Select
                {...control}
                value={draft.batching}
                options={[{ value: 'adaptive', label: 'Together where that is faster' }, { value: 'never', label: 'Each call alone' }]}
                onChange={(event) => change({ batching: event.target.value === 'never' ? 'never' : 'adaptive' })}
              />
            )}
          </Field>
          <Field label="When a prediction cannot be logged" hint="Disk full, for example. Given without a log, nobody can prove later what was answered.">
            {(control) => (
              <Select
                {...control}
                value={draft.withoutLog}
                options={[{ value: 'refuse', label: 'Do not give it' }, { value: 'answer', label: 'Give it with a warning' }]}
                onChange={(event) => change({ withoutLog: event.target.value === 'answer' ? 'answer' : 'refuse' })}
              />
            )}
          </Field>
        </div>
        <LimitFields names={['deadlineMs']} {...limits} />
        {mayLimit && (
          <>
            <fieldset className="grid gap-3 border-t pt-4">
              <legend className="float-left w-full text-sm font-medium">Limits of all callers together</legend>
              <LimitFields names={ALLOWANCES} {...limits} />
            </fieldset>
            <fieldset className="grid gap-3 border-t pt-4">
              <legend className="float-left w-full text-sm font-medium">Price of 1,000 predictions</legend>
              <div className="grid gap-3 sm:grid-cols-2">
                <Field label="Amount" hint="Empty: no price. It counts from the next full hour." error={errors.amount}>
                  {(control) => <Input {...control} inputMode="decimal" autoComplete="off" value={draft.amount} onChange={(event) => change({ amount: event.target.value })} />}
                </Field>
                <Field label="Currency" hint="Three letters, such as EUR." error={errors.currency}>
                  {(control) => <Input {...control} autoComplete="off" maxLength={3} value={draft.currency} onChange={(event) => change({ currency: event.target.value.toUpperCase() })} />}
                </Field>
              </div>
            </fieldset>
          </>
        )}
        <div className="flex justify-end">
          <Button type="submit" variant="primary" loading={isBusy}>Save</Button>
        </div>
      </form>
    </Dialog>
  )
}

function fieldsOf({ limits, batching, withoutLog, price }: ServingSettings) {
  return { limits: draftOf(limits), batching, withoutLog, amount: price === null ? '' : String(price.amount), currency: price?.currency ?? 'EUR' }
}

function settingsOf(draft: ReturnType<typeof fieldsOf>): { settings: ServingSettings } | { errors: Partial<Record<LimitName | 'amount' | 'currency', string>> } {
  const read = limitsOf(draft.limits)
  const errors: Partial<Record<LimitName | 'amount' | 'currency', string>> = 'errors' in read ? { ...read.errors } : {}
  const amount = draft.amount.trim() === '' ? null : Number(draft.amount)
  if (amount !== null && !(amount >= 0 && Number.isFinite(amount))) errors.amount = 'Enter a number such as 1.50, or nothing.'
  if (amount !== null && !CURRENCY.test(draft.currency)) errors.currency = 'Use the three letters of a currency, such as EUR.'
  if (Object.keys(errors).length > 0 || 'errors' in read) return { errors }
  const { batching, withoutLog, currency } = draft
  return { settings: { limits: read.limits, batching, withoutLog, price: amount === null ? null : { amount, currency } } }
}
