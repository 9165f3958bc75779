import type { Metadata } from 'next'
import { GroupsForm } from '@/components/explanations/insights/groups-form'
import { GroupsPanel } from '@/components/explanations/insights/groups-panel'
import { isHiddenFrom, readInsightView } from '@/components/explanations/insights/read-insight-view'
import type { ViewParams } from '@/components/monitoring/read-view'
import { ViewPicker } from '@/components/monitoring/view-picker'
import { EmptyState } from '@/components/ui/empty-state'
import { can, requireVisitor } from '@/lib/access/page'
import { bandsOf, referenceColumn } from '@/lib/explanations/rules/insights/bands'
import { readTimeRange } from '@/lib/monitoring/rules/time'

export const metadata: Metadata = { title: 'Groups' }

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<ViewParams & { field?: string; value?: string; otherField?: string; otherValue?: string; otherFrom?: string; otherTo?: string }>
}

export default async function GroupsPage({ params, searchParams }: Props) {
  const may = can(await requireVisitor())
  const asked = await searchParams
  const view = await readInsightView((await params).model, asked)
  const { chosen, question, range, at } = view
  if (!chosen || !question) return <EmptyState title="Nothing to compare yet">Register a version and release it; its predictions can be compared here.</EmptyState>
  const { signature, reference } = chosen
  const fields = signature.fields
    .filter((field) => !isHiddenFrom(field, may('sensitive:read')))
    .map((field) => ({ name: field.name, displayName: field.displayName, bands: bandsOf(field, referenceColumn(signature, reference, field.name)) }))
    .filter((field) => field.bands.length > 1)
  // Without a choice: the period of the same length just before.
  const before = { from: 2 * range.from - range.to, to: range.from }
  const other = asked.otherFrom === undefined ? before : readTimeRange({ from: asked.otherFrom, ...(asked.otherTo === undefined ? {} : { to: asked.otherTo }) }, at)
  const { field, value, otherField, otherValue } = asked
  const conditions = Object.fromEntries(Object.entries({ field, value, otherField, otherValue }).filter(([, text]) => text !== undefined))
  return (
    <>
      <ViewPicker range={range} environment={view.environment} environments={view.environments} version={chosen.number} versions={view.versions} />
      <GroupsForm fields={fields} from={range.from} to={range.to} otherFrom={other.from} otherTo={other.to} />
      <GroupsPanel question={question} asked={{ ...conditions, otherFrom: other.from, otherTo: other.to }} />
    </>
  )
}
