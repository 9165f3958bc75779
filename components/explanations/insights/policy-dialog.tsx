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
import { EXPLANATION_MODES, type ExplanationMode, type ExplanationPolicy } from '@/lib/serving/contract'
import { setExplanationPolicy } from './api'
import { MODE_WORDS, shareOf } from './policy-words'

export interface PolicyDialogProps {
  model: { slug: string; name: string }
  policy: ExplanationPolicy
}

export function PolicyDialog({ model, policy }: PolicyDialogProps) {
  const router = useRouter()
  const { environment } = policy
  const [isOpen, setIsOpen] = useState(false)
  const [mode, setMode] = useState<ExplanationMode>(policy.mode)
  const [share, setShare] = useState('10')
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [failure, setFailure] = useState<unknown>(null)

  function open(next: boolean): void {
    setIsOpen(next)
    setMode(policy.mode)
    setShare(policy.mode === 'sampled' ? String(policy.share * 100) : '10')
    setProblem(undefined)
    setFailure(null)
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const wanted = mode === 'sampled' ? shareOf(share) : undefined
    setProblem(typeof wanted === 'string' ? wanted : undefined)
    if (typeof wanted === 'string') return
    setIsBusy(true)
    setFailure(null)
    try {
      await setExplanationPolicy(model.slug, { environment, mode, ...(wanted === undefined ? {} : { share: wanted }) })
      toast.success(`The explanation policy of ${model.name} in ${environment} is changed.`)
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
      title={`Which predictions of ${model.name} are explained in ${environment}?`}
      description="Counts for the next call. The policy before stays on record; to undo, set it again."
      trigger={
        <Button size="small" aria-label={`Change the explanation policy in ${environment}`}>
          Change
        </Button>
      }
      open={isOpen}
      onOpenChange={open}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
        {failure !== null && (
          <Callout state="problem" title="Not changed" role="alert">
            {errorText(failure)}
          </Callout>
        )}
        <fieldset className="grid gap-3">
          <legend className="sr-only">Which predictions</legend>
          {EXPLANATION_MODES.map((one) => (
            <label key={one} className="flex min-h-6 items-start gap-2.5 text-sm">
              <input type="radio" name="mode" value={one} checked={mode === one} onChange={() => setMode(one)} className="mt-0.5 size-4 accent-primary" />
              <span>
                <span className="font-medium">{MODE_WORDS[one].label}</span>
                <span className="block text-ink-muted">{MODE_WORDS[one].hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {mode === 'sampled' && (
          <Field label="Share, in per cent" error={problem} required className="w-40">
            {(control) => <Input {...control} inputMode="decimal" value={share} onChange={(event) => setShare(event.target.value)} />}
          </Field>
        )}
        <div className="flex justify-end">
          <Button type="submit" variant="primary" loading={isBusy}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
