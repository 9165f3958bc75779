import { notFound } from 'next/navigation'
import { HealthList } from '@/components/overview/health-list'
import { HEALTH_WORDS, worstState } from '@/components/overview/in-words'
import { CallSnippet } from '@/components/registry/call-snippet'
import { EnvironmentsCard } from '@/components/registry/environments-card'
import { LatestVersions } from '@/components/registry/latest-versions'
import { LineageList } from '@/components/registry/lineage-list'
import { TASK_WORDS } from '@/components/registry/words'
import { TryItForm } from '@/components/serving/try-it-form'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { KeyValueList } from '@/components/ui/key-value-list'
import { StatusMark } from '@/components/ui/status-mark'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { health } from '@/lib/monitoring/queries'
import { environment } from '@/lib/platform/environment'
import { findModel, latestVersion, listEnvironments, listVersions, readBackground, versionById } from '@/lib/registry/queries'
import { exampleRow } from '@/lib/registry/rules'
import { currentReleases } from '@/lib/releases/queries'

export default async function ModelPage({ params }: { params: Promise<{ model: string }> }) {
  const may = can(await requireVisitor())
  const db = await database()
  const model = await findModel(db, (await params).model)
  if (!model) notFound()
  const [environments, releases, versions, healthByModel] = await Promise.all([
    listEnvironments(db),
    currentReleases(db, model.id),
    listVersions(db, model.id),
    health(db),
  ])
  const own = healthByModel.get(model.id)
  const champion = releases.find((one) => one.environment === 'production')?.arms.find((arm) => arm.role === 'champion')
  const shown = champion ? await versionById(db, champion.versionId) : await latestVersion(db, model.id)
  const [real] = shown ? await readBackground(shown) : []
  const example = shown ? exampleRow(shown.signature, shown.reference, real, may('sensitive:read')) : {}
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="grid min-w-0 gap-5">
        <Card>
          <p className="max-w-prose whitespace-pre-line">{model.description || 'Nobody has described this model yet.'}</p>
          <KeyValueList
            className="mt-4"
            layout="columns"
            items={[
              { label: 'Answers', value: TASK_WORDS[model.task] },
              { label: 'Meaning', value: shown?.signature.scoreMeaning ?? '–' },
              { label: 'Owner', value: model.owner },
              { label: 'Tags', value: model.tags.length === 0 ? '–' : model.tags.map((tag) => <Badge key={tag} className="mr-1">{tag}</Badge>) },
            ]}
          />
        </Card>
        {own && (
          <Card
            title="Does it work as it should?"
            actions={<StatusMark state={worstState(own)} label={HEALTH_WORDS[worstState(own)]} />}
          >
            <HealthList slug={model.slug} health={own} className="sm:grid-cols-2 sm:gap-x-6" />
          </Card>
        )}
        <LatestVersions slug={model.slug} versions={versions} />
        {shown && releases.length > 0 && may('predict') && (
          <Card title="Try it" description="With a row of the reference data; change what you like.">
            <TryItForm model={{ slug: model.slug }} signature={shown.signature} example={example} environments={releases.map((one) => one.environment)} />
          </Card>
        )}
        {shown && (
          <CallSnippet
            address={environment().publicUrl}
            slug={model.slug}
            inputs={example}
            isReal={real !== undefined}
            isServing={champion !== undefined}
          />
        )}
      </div>
      <div className="grid min-w-0 gap-5">
        <EnvironmentsCard model={model} environments={environments} releases={releases} />
        {shown && (
          <Card title={`Where version ${shown.number} comes from`}>
            <LineageList version={shown} isShort />
          </Card>
        )}
      </div>
    </div>
  )
}
