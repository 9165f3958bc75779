'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { errorText } from '@/components/ui/error-text'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark } from '@/components/ui/status-mark'
import { Switch } from '@/components/ui/switch'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { changeChannel, deleteChannel, testChannel } from '@/lib/alerts/client'
import type { ChannelView } from '@/lib/alerts/contract'
import { CHANNEL_KIND_WORDS, ChannelDialog } from './channel-dialog'
import { DELIVERY_STATE, DELIVERY_WORDS } from './in-words'

export function ChannelsSection({ channels }: { channels: readonly ChannelView[] }) {
  return (
    <Card flush title="Channels" actions={<ChannelDialog trigger={<Button variant="primary">Add a channel</Button>} />}>
      {channels.length === 0 ? (
        <EmptyState title="Nobody is told yet">Add an e-mail address, a Slack webhook or a webhook of your own.</EmptyState>
      ) : (
        <Table caption="Channels">
          <TableHeader>
            <TableRow>
              <TableHead>Name</TableHead>
              <TableHead>Leads to</TableHead>
              <TableHead>Last message</TableHead>
              <TableHead>On</TableHead>
              <TableHead>
                <span className="sr-only">Actions</span>
              </TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {channels.map((channel) => <ChannelRow key={channel.id} channel={channel} />)}
          </TableBody>
        </Table>
      )}
    </Card>
  )
}

function ChannelRow({ channel }: { channel: ChannelView }) {
  const router = useRouter()
  const { lastDelivery: last } = channel
  const test = useMutation({
    mutationFn: () => testChannel(channel.id),
    onSuccess: ({ isDelivered, error }) => {
      if (isDelivered) toast.success(`The test message reached ${channel.name}.`)
      else toast.error(`The test message did not reach ${channel.name}. ${error ?? ''}`)
      router.refresh()
    },
    onError: (error) => toast.error(errorText(error)),
  })
  const toggle = useMutation({
    mutationFn: (isEnabled: boolean) => changeChannel(channel.id, { isEnabled }),
    onSuccess: () => router.refresh(),
    onError: (error) => toast.error(errorText(error)),
  })
  return (
    <TableRow>
      <TableCell className="font-medium">{channel.name}</TableCell>
      <TableCell className="min-w-48">
        {CHANNEL_KIND_WORDS[channel.kind]}: <span className="break-all">{channel.target}</span>
        <p className="text-xs text-ink-muted">
          {[channel.hasSecret ? 'signed' : '', channel.allowPrivateAddresses ? 'private addresses allowed' : ''].filter((text) => text !== '').join(', ')}
        </p>
      </TableCell>
      <TableCell className="min-w-40">
        {last === null ? (
          'none yet'
        ) : (
          <>
            <StatusMark state={DELIVERY_STATE[last.status]} label={DELIVERY_WORDS[last.status]} /> <RelativeTime at={last.at} className="text-xs text-ink-muted" />
            {last.error !== null && <p className="text-xs text-ink-muted">{last.error}</p>}
          </>
        )}
      </TableCell>
      <TableCell>
        <Switch
          label={<span className="sr-only">{channel.name} is on</span>}
          checked={toggle.isPending ? toggle.variables : channel.isEnabled}
          onChange={(event) => toggle.mutate(event.target.checked)}
        />
      </TableCell>
      <TableCell>
        <div className="flex justify-end gap-1">
          <Button size="small" loading={test.isPending} onClick={() => test.mutate()}>Send a test</Button>
          <ChannelDialog channel={channel} trigger={<Button size="small">Change</Button>} />
          <ConfirmDialog
            trigger={<Button size="small">Delete</Button>}
            title={`Delete ${channel.name}?`}
            effect="Nothing is sent to it any more. What it was sent stays on record."
            undo="Add it again; a secret has to be entered anew."
            confirmLabel="Delete"
            tone="danger"
            onConfirm={async () => {
              await deleteChannel(channel.id)
              toast.success(`${channel.name} is deleted.`)
              router.refresh()
            }}
          />
        </div>
      </TableCell>
    </TableRow>
  )
}
