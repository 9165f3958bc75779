import { notFound } from 'next/navigation'
import { HealthList } from '@/components/overview/health-list'
import { HEALTH_WORDS, worstState } from '@/components/overview/in-words'
import { EnvironmentsCard } from '@/components/registry/environments-card'
import { LatestVersions } from '@/components/registry/latest-versions'
import { LineageList } from '@/components/registry/lineage-list'
import { TASK_WORDS } from '@/components/registry/words'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { CodeBlock } from '@/components/ui/code-block'
import { KeyValueList } from '@/components/ui/key-value-list'
import { StatusMark } from '@/components/ui/status-mark'
import { requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { health } from '@/lib/monitoring/queries'
import { environment } from '@/lib/platform/environment'
import { findModel, latestVersion, listEnvironments, listVersions, versionById } from '@/lib/registry/queries'
import { currentReleases } from '@/lib/releases/queries'

export default async function ModelPage({ params }: { params: Promise<{ model: string }> }) {
  await requireVisitor()
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
        {shown && (
          <Card title="Call it" description="What it answers now, a form to try it with, and ready code in six languages." actions={<ButtonLink href={`/models/${model.slug}/serving`}>Serving</ButtonLink>}>
            <CodeBlock label="address of the model" code={`POST ${environment().publicUrl}/api/models/${model.slug}/predict`} />
          </Card>
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
