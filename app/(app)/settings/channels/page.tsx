import type { Metadata } from 'next'
import { NotAllowed } from '@/components/access/not-allowed'
import { ChannelsSection } from '@/components/alerts/channels-section'
import { DeliveryTable } from '@/components/alerts/delivery-table'
import { PageHeader } from '@/components/layout/page-header'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { can, requireVisitor } from '@/lib/access/page'
import { listChannels, listDeliveries } from '@/lib/alerts/queries'
import { database } from '@/lib/database'

export const metadata: Metadata = { title: 'Channels' }

export default async function ChannelsPage() {
  if (!can(await requireVisitor())('channel:write')) return <NotAllowed what="Channels" who="administrators" />
  const db = await database()
  const [channels, deliveries] = await Promise.all([listChannels(db), listDeliveries(db, { limit: 30 })])
  return (
    <>
      <PageHeader title="Channels" description="Who is told when an incident opens or is resolved." />
      <div className="grid gap-5">
        <ChannelsSection channels={channels} />
        <Card flush title="Last messages">
          {deliveries.length === 0 ? <EmptyState title="Nothing was sent yet">Send a test to see whether a channel works.</EmptyState> : <DeliveryTable deliveries={deliveries} />}
        </Card>
      </div>
    </>
  )
}
