'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { errorText } from '@/components/ui/error-text'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark, type State } from '@/components/ui/status-mark'
import { redeliver } from '@/lib/batch/client'
import type { BatchDeliveryRow } from '@/lib/batch/contract'

const STATES: Record<BatchDeliveryRow['status'], [State, string]> = { waiting: ['pending', 'Waiting'], delivered: ['ok', 'Delivered'], failed: ['problem', 'Given up'] }

export function DeliveriesCard({ jobId, words, deliveries, mayWrite }: { jobId: string; words: string; deliveries: readonly BatchDeliveryRow[]; mayWrite: boolean }) {
  const router = useRouter()
  const again = useMutation({
    mutationFn: () => redeliver(jobId),
    onSuccess: () => {
      toast.success('It is sent again.')
      router.refresh()
    },
    onError: (error) => toast.error(errorText(error)),
  })
  return (
    <Card title="Delivery" description={words} actions={mayWrite ? <Button loading={again.isPending} onClick={() => again.mutate()}>Send again</Button> : undefined}>
      <ul className="grid gap-3">
        {deliveries.map(({ id, status, attempts, lastError, createdAt, deliveredAt }) => (
          <li key={id} className="text-sm">
            <div className="flex flex-wrap items-center gap-x-4">
              <StatusMark state={lastError !== null && status === 'waiting' ? 'attention' : STATES[status][0]} label={STATES[status][1]} />
              <span className="text-ink-muted">{attempts} {attempts === 1 ? 'attempt' : 'attempts'}, <RelativeTime at={deliveredAt ?? createdAt} /></span>
            </div>
            {lastError !== null && <p className="mt-1 text-ink-muted">{lastError}{status === 'waiting' ? ' It is tried again by itself.' : ''}</p>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
