'use client'

import { useState, type ReactNode } from 'react'
import { Button } from './button'
import { Callout } from './callout'
import { Dialog } from './dialog'
import { Field } from './field'
import { KeyValueList } from './key-value-list'
import { Textarea } from './textarea'
import { errorText } from './error-text'

export interface ConfirmDialogProps {
  trigger?: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  title: string
  /** What will happen, in one sentence. */
  effect: ReactNode
  /** How much traffic it touches ("all 1,240 predictions a day in production"). */
  traffic?: ReactNode
  /** How to undo it. */
  undo: ReactNode
  confirmLabel: string
  tone?: 'primary' | 'danger'
  /** Whether a reason is asked for; it goes into the audit trail. */
  reason?: 'none' | 'optional' | 'required'
  reasonLabel?: string
  /** Resolves when done, and the dialog closes; rejects with a message, and it is shown here. */
  onConfirm: (reason: string) => Promise<unknown>
  /** More evidence or fields between the facts and the reason. */
  children?: ReactNode
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { reason: reasonMode = 'none', tone = 'primary' } = props
  const [ownOpen, setOwnOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const [reasonError, setReasonError] = useState<string>()
  const open = props.open ?? ownOpen

  function setOpen(next: boolean): void {
    if (isBusy) return
    changeOpen(next)
  }

  function changeOpen(next: boolean): void {
    if (next) {
      setReason('')
      setFailure(undefined)
      setReasonError(undefined)
    }
    setOwnOpen(next)
    props.onOpenChange?.(next)
  }

  async function confirm(): Promise<void> {
    if (reasonMode === 'required' && reason.trim() === '') {
      setReasonError('Say why: the reason is kept with the audit event.')
      return
    }
    setIsBusy(true)
    setFailure(undefined)
    try {
      await props.onConfirm(reason.trim())
      changeOpen(false)
    } catch (error) {
      setFailure(errorText(error))
    } finally {
      setIsBusy(false)
    }
  }

  const facts = [
    { label: 'What happens', value: props.effect },
    ...(props.traffic === undefined ? [] : [{ label: 'Traffic', value: props.traffic }]),
    { label: 'To undo', value: props.undo },
  ]

  return (
    <Dialog
      title={props.title}
      trigger={props.trigger}
      open={open}
      onOpenChange={setOpen}
      footer={
        <>
          <Button onClick={() => setOpen(false)} disabled={isBusy}>
            Cancel
          </Button>
          <Button variant={tone} loading={isBusy} onClick={confirm}>
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <KeyValueList items={facts} />
        {props.children}
        {reasonMode !== 'none' && (
          <Field
            label={props.reasonLabel ?? 'Reason'}
            hint="Kept with the audit event."
            error={reasonError}
            required={reasonMode === 'required'}
          >
            {(control) => (
              <Textarea
                {...control}
                value={reason}
                maxLength={2000}
                onChange={(event) => {
                  setReason(event.target.value)
                  setReasonError(undefined)
                }}
              />
            )}
          </Field>
        )}
        {failure !== undefined && (
          <Callout state="problem" title="That did not work" role="alert">
            {failure}
          </Callout>
        )}
      </div>
    </Dialog>
  )
}
