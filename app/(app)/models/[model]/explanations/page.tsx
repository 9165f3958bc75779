import type { Metadata } from 'next'
import { BeeswarmPanel } from '@/components/explanations/insights/beeswarm-panel'
import { ExactnessCard } from '@/components/explanations/insights/exactness-card'
import { ImportancePanel } from '@/components/explanations/insights/importance-panel'
import { InteractionsPanel } from '@/components/explanations/insights/interactions-panel'
import { PolicyCard } from '@/components/explanations/insights/policy-card'
import { isHiddenFrom, readInsightView } from '@/components/explanations/insights/read-insight-view'
import type { ViewParams } from '@/components/monitoring/read-view'
import { ViewPicker } from '@/components/monitoring/view-picker'
import { EmptyState } from '@/components/ui/empty-state'
import { can, requireVisitor } from '@/lib/access/page'
import { readBackground } from '@/lib/registry/queries'
import { currentExplanationPolicy } from '@/lib/serving/queries'

export const metadata: Metadata = { title: 'Explanations' }

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<ViewParams>
}

export default async function ExplanationsPage({ params, searchParams }: Props) {
  const may = can(await requireVisitor())
  const view = await readInsightView((await params).model, await searchParams)
  const { db, model, chosen, question, range, environment, environments } = view
  if (!chosen || !question) return <EmptyState title="Nothing to explain yet">Register a version; what it answers, and why, appears here.</EmptyState>
  const [background, policies] = await Promise.all([readBackground(chosen), Promise.all(environments.map((name) => currentExplanationPolicy(db, model.id, name)))])
  const fields = chosen.signature.fields.filter((field) => !isHiddenFrom(field, may('sensitive:read'))).map(({ name, displayName }) => ({ name, displayName }))
  const fieldQuery = view.query === '' ? '?field=' : `${view.query}&field=`
  return (
    <>
      <ViewPicker range={range} environment={environment} environments={environments} version={chosen.number} versions={view.versions} />
      <ImportancePanel question={question} fields={fields} hasClasses={chosen.signature.task !== 'regression'} fieldHref={`/models/${model.slug}/explanations/field${fieldQuery}`} />
      <BeeswarmPanel question={question} />
      <InteractionsPanel question={question} isExact={chosen.explainability?.kind === 'exact'} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <ExactnessCard version={chosen} backgroundRows={background.length} />
        <PolicyCard model={model} policies={policies} mayChange={may('reasons:write')} />
      </div>
    </>
  )
}
