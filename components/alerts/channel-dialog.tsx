'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent, type ReactNode } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { ApiError } from '@/lib/access/client'
import { changeChannel, createChannel } from '@/lib/alerts/client'
import type { ChannelSettings, ChannelView } from '@/lib/alerts/contract'

const KINDS = [
  { value: 'email', label: 'E-mail' },
  { value: 'slack', label: 'Slack' },
  { value: 'webhook', label: 'Webhook' },
] as const

export const CHANNEL_KIND_WORDS: Record<ChannelSettings['kind'], string> = { email: 'E-mail', slack: 'Slack', webhook: 'Webhook' }

export interface ChannelDialogProps {
  trigger: ReactNode
  /** The one to change; a new one otherwise. */
  channel?: ChannelView
}

export function ChannelDialog({ trigger, channel }: ChannelDialogProps) {
  const router = useRouter()
  const [isOpen, setIsOpen] = useState(false)
  const [kind, setKind] = useState<ChannelSettings['kind']>(channel?.kind ?? 'email')
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const wrong = (path: string) => (failure instanceof ApiError ? failure.fields.find((field) => field.path.startsWith(path))?.message : undefined)

  function open(next: boolean): void {
    setIsOpen(next)
    setFailure(null)
    setKind(channel?.kind ?? 'email')
  }

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const name = String(form.get('name'))
    const settings = settingsOf(kind, form)
    setIsBusy(true)
    setFailure(null)
    try {
      // An address that is not shown again stays as it is when the field is left empty.
      if (channel) await changeChannel(channel.id, settings === null ? { name } : { name, settings })
      else await createChannel({ name, settings: settings ?? emptySettings(kind) })
      toast.success(channel ? 'The channel is changed.' : 'The channel is there. Send a test to be sure.')
      setIsOpen(false)
      router.refresh()
    } catch (error) {
      setFailure(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Dialog title={channel ? `Change ${channel.name}` : 'Add a channel'} description="Told when an incident opens and when it is resolved." trigger={trigger} open={isOpen} onOpenChange={open}>
      <form onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
        {failure !== null && (
          <Callout state="problem" title="Not saved" role="alert">
            {errorText(failure)}
          </Callout>
        )}
        <Field label="Name" error={wrong('name')}>{(control) => <Input {...control} name="name" defaultValue={channel?.name} maxLength={100} />}</Field>
        {channel === undefined && (
          <Field label="Kind">
            {(control) => <Select {...control} value={kind} options={KINDS} onChange={(event) => setKind(KINDS.find((one) => one.value === event.target.value)?.value ?? 'email')} />}
          </Field>
        )}
        {kind === 'email' ? (
          <Field label="To" hint="Addresses, separated by commas." error={wrong('settings.to')}>
            {(control) => <Input {...control} name="to" defaultValue={channel?.target} placeholder="ana@example.com, ben@example.com" />}
          </Field>
        ) : (
          <>
            <Field
              label={kind === 'slack' ? 'Address of the incoming webhook' : 'Address'}
              hint={channel ? `Now ${channel.target}. Leave empty to keep everything below as it is.` : kind === 'slack' ? 'From Slack: Apps, Incoming Webhooks.' : 'Called with POST and JSON.'}
              error={wrong('settings.url')}
            >
              {(control) => <Input {...control} name="url" type="url" placeholder="https://" autoComplete="off" />}
            </Field>
            {kind === 'webhook' && (
              <Field
                label="Secret"
                hint={`Signs each message (Standard Webhooks). ${channel?.hasSecret ? 'One is set; leave empty to keep it.' : 'At least 16 characters; leave empty to send unsigned.'}`}
                error={wrong('settings.secret')}
              >
                {(control) => <Input {...control} name="secret" type="password" autoComplete="new-password" />}
              </Field>
            )}
            <Checkbox
              name="private"
              label="Allow private addresses"
              hint="Only for a receiver inside your own network."
              defaultChecked={channel?.allowPrivateAddresses}
            />
          </>
        )}
        <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={() => open(false)} disabled={isBusy}>Cancel</Button>
          <Button type="submit" variant="primary" loading={isBusy}>Save</Button>
        </div>
      </form>
    </Dialog>
  )
}

function settingsOf(kind: ChannelSettings['kind'], form: FormData): ChannelSettings | null {
  if (kind === 'email') {
    return { kind, to: String(form.get('to')).split(',').map((text) => text.trim()).filter((text) => text !== '') }
  }
  const url = String(form.get('url')).trim()
  if (url === '') return null
  const allowPrivateAddresses = form.get('private') !== null
  if (kind === 'slack') return { kind, url, allowPrivateAddresses }
  const secret = String(form.get('secret'))
  return { kind, url, allowPrivateAddresses, ...(secret === '' ? {} : { secret }) }
}

/** Sent as it is, so that the server says what is missing. */
function emptySettings(kind: ChannelSettings['kind']): ChannelSettings {
  return kind === 'email' ? { kind, to: [] } : { kind, url: '', allowPrivateAddresses: false }
}
