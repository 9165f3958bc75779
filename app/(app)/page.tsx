import type { Metadata } from 'next'
import { Fleet } from '@/components/overview/fleet'
import { fleetSentence } from '@/components/overview/in-words'
import { WaitingList } from '@/components/overview/waiting-list'
import { PageHeader } from '@/components/layout/page-header'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Section } from '@/components/ui/section'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { fleetOverview } from '@/lib/reports/queries'

export const metadata: Metadata = { title: 'Overview' }

export default async function OverviewPage() {
  const visitor = await requireVisitor()
  const { waiting, models } = await fleetOverview(await database())
  const mayRegister = can(visitor)('registry:write')
  return (
    <>
      <PageHeader title="Overview" description={models.length > 0 ? fleetSentence(models) : undefined} />
      <div className="grid gap-8">
        {models.length > 0 && (
          <Section title="Needs a person">
            <WaitingList items={waiting} />
          </Section>
        )}
        <Section title="Fleet">
          {models.length === 0 ? (
            <EmptyState
              title="No models yet"
              action={mayRegister ? <ButtonLink href="/models/new" variant="primary">Register a model</ButtonLink> : undefined}
            >
              {mayRegister ? 'Drop an ONNX file, or push one from the command line: npx flightdeck push.' : 'An operator registers the first one.'}
            </EmptyState>
          ) : (
            <Fleet models={models} />
          )}
        </Section>
      </div>
    </>
  )
}
