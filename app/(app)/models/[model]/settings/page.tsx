import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ReasonsLinkCard } from '@/components/explanations/reasons/reasons-link-card'
import { MonitorsSection } from '@/components/monitoring/monitors-section'
import { ModelSettingsForm } from '@/components/registry/model-settings-form'
import { PolicySection } from '@/components/releases/policy-section'
import { GuardrailsSection } from '@/components/serving/guardrails-section'
import { ServingSection } from '@/components/serving/limits/serving-section'
import { Card } from '@/components/ui/card'
import { KeyValueList } from '@/components/ui/key-value-list'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { reasonRevisionOf } from '@/lib/explanations/queries'
import { listMonitors, versionToShow } from '@/lib/monitoring/queries'
import { findModel, latestVersion, listVersions, versionById } from '@/lib/registry/queries'
import { listPolicies, releaseInForce } from '@/lib/releases/queries'
import { currentGuardrails, servingSettingsHistory } from '@/lib/serving/queries'

export const metadata: Metadata = { title: 'Settings' }

const MOST_REVISIONS = 20

export default async function SettingsPage({ params }: { params: Promise<{ model: string }> }) {
  const may = can(await requireVisitor())
  const db = await database()
  const model = await findModel(db, (await params).model)
  if (!model) notFound()
  const [policies, versions, monitors, serving, reasons] = await Promise.all([
    listPolicies(db, model.id),
    listVersions(db, model.id),
    listMonitors(db, { modelId: model.id, environment: 'production' }),
    versionToShow(db, model.id, 'production'),
    reasonRevisionOf(db, model.id),
  ])
  const fields = (serving?.signature.fields ?? []).map(({ name, displayName }) => ({ name, displayName }))
  const guardrails = await Promise.all(policies.map((policy) => currentGuardrails(db, model.id, policy.environment)))
  const served = await Promise.all(
    policies.map(async ({ environment }) => ({ environment, history: await servingSettingsHistory(db, model.id, environment, MOST_REVISIONS) })),
  )
  const champion = (await releaseInForce(db, model.id, 'production'))?.arms.find((arm) => arm.role === 'champion')
  const shown = champion ? await versionById(db, champion.versionId) : await latestVersion(db, model.id)
  const metrics = [...new Set(versions.flatMap((version) => Object.keys(version.metrics)))].sort()
  return (
    <div className="grid gap-5">
      <Card title="About this model" description={`Called ${model.slug} in addresses and API calls; that never changes.`}>
        {may('registry:write') ? (
          <ModelSettingsForm model={model} />
        ) : (
          <KeyValueList
            items={[
              { label: 'Name', value: model.name },
              { label: 'Description', value: model.description || '–' },
              { label: 'Owner', value: model.owner },
              { label: 'Tags', value: model.tags.join(', ') || '–' },
            ]}
          />
        )}
      </Card>
      <ReasonsLinkCard slug={model.slug} revision={reasons} mayChange={may('reasons:write')} />
      <MonitorsSection model={model} environment="production" monitors={monitors} fields={fields} mayChange={may('monitor:write')} />
      <GuardrailsSection
        model={model}
        guardrails={guardrails}
        fields={(shown?.signature.fields ?? []).map(({ name, displayName, type }) => ({ name, displayName, isNumber: type === 'number' || type === 'integer' }))}
        unit={shown?.signature.scoreUnit}
        mayChange={may('guardrail:write')}
      />
      <ServingSection model={model} environments={served} mayChange={may('serving:write')} mayLimit={may('limits:write')} />
      <PolicySection model={model} policies={policies} mayChange={may('policy:write')} metrics={metrics} />
    </div>
  )
}
