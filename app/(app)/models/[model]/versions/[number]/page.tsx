import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AnswerCard } from '@/components/registry/answer-card'
import { FilesCard } from '@/components/registry/files-card'
import { ImportanceChart } from '@/components/registry/importance-chart'
import { LineageList } from '@/components/registry/lineage-list'
import { MetricsCard } from '@/components/registry/metrics-card'
import { PromotionsCard } from '@/components/registry/promotions-card'
import { EndpointCard } from '@/components/registry/remote/endpoint-card'
import { referenceColumns } from '@/components/registry/reference-columns'
import { SignatureTable } from '@/components/registry/signature-table'
import { RequestPromotionDialog } from '@/components/releases/request-promotion-dialog'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Section } from '@/components/ui/section'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { findModel, findVersion, remoteEndpoint } from '@/lib/registry/queries'
import { listPromotions, promotionTargets } from '@/lib/releases/queries'

interface Props {
  params: Promise<{ model: string; number: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Version ${(await params).number}` }
}

export default async function VersionPage({ params }: Props) {
  const may = can(await requireVisitor())
  const { model: slug, number } = await params
  const db = await database()
  const model = await findModel(db, slug)
  const version = model && /^[1-9]\d{0,8}$/.test(number) ? await findVersion(db, model.id, Number(number)) : undefined
  if (!model || !version) notFound()
  const [{ promotions }, targets, endpoint] = await Promise.all([listPromotions(db, { versionId: version.id }), promotionTargets(db, model.id, version.id), remoteEndpoint(version)])
  const columns = version.reference && referenceColumns(version.reference, version.signature.fields)
  const actions = (
    <>
      {version.number > 1 && (
        <ButtonLink href={`/models/${model.slug}/compare?v=${version.number - 1}&v=${version.number}`}>Compare with v{version.number - 1}</ButtonLink>
      )}
      {may('promotion:request') && <RequestPromotionDialog model={model} versionNumber={version.number} targets={targets} />}
    </>
  )
  return (
    <Section title={`Version ${version.number}`} description={version.description || undefined} actions={actions}>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-5">
          <Card flush title="What it needs" description={`${version.signature.fields.length} inputs, in the order of the model`}>
            <SignatureTable signature={version.signature} columns={columns} />
          </Card>
          <ImportanceChart version={version} />
        </div>
        <div className="grid min-w-0 gap-5">
          {endpoint && <EndpointCard view={endpoint} />}
          <AnswerCard signature={version.signature} score={columns?.at(-1)} />
          <PromotionsCard promotions={promotions} />
          <MetricsCard version={version} />
          <Card title="Where it comes from">
            <LineageList version={version} />
          </Card>
          <FilesCard slug={model.slug} version={version} maySeeSensitive={may('sensitive:read')} />
        </div>
      </div>
    </Section>
  )
}
