import type { Metadata } from 'next'
import { FieldPanel } from '@/components/explanations/insights/field-panel'
import { isHiddenFrom, readInsightView } from '@/components/explanations/insights/read-insight-view'
import type { ViewParams } from '@/components/monitoring/read-view'
import { ViewPicker } from '@/components/monitoring/view-picker'
import { EmptyState } from '@/components/ui/empty-state'
import { can, requireVisitor } from '@/lib/access/page'

export const metadata: Metadata = { title: 'Single field' }

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<ViewParams & { field?: string }>
}

export default async function FieldExplanationPage({ params, searchParams }: Props) {
  const may = can(await requireVisitor())
  const asked = await searchParams
  const view = await readInsightView((await params).model, asked)
  const { chosen, question } = view
  const fields = (chosen?.signature.fields ?? []).map((field) => ({ name: field.name, displayName: field.displayName, isHidden: isHiddenFrom(field, may('sensitive:read')) }))
  const mostImportant = chosen?.importance?.values[0]?.field
  const field = [asked.field, mostImportant].map((name) => fields.find((one) => one.name === name)).find((one) => one !== undefined) ?? fields[0]
  if (!chosen || !question || !field) return <EmptyState title="Nothing to explain yet">Register a version; how its fields work appears here.</EmptyState>
  return (
    <>
      <ViewPicker range={view.range} environment={view.environment} environments={view.environments} version={chosen.number} versions={view.versions} />
      <FieldPanel question={question} fields={fields} field={field.name} />
    </>
  )
}
