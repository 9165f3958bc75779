import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { annotationsOf } from '@/components/monitoring/annotations'
import { FieldReasons } from '@/components/monitoring/field-reasons'
import { FieldView } from '@/components/monitoring/field-view'
import { rangeInWords } from '@/components/monitoring/in-words'
import { readView, type ViewParams } from '@/components/monitoring/read-view'
import { ViewPicker } from '@/components/monitoring/view-picker'
import { requireVisitor } from '@/lib/access/page'
import { attributionsOf, driftOf, listMonitors } from '@/lib/monitoring/queries'
import { bucketOf, driftSettings, reasonWatch } from '@/lib/monitoring/rules'

export const metadata: Metadata = { title: 'Field' }

interface Props {
  params: Promise<{ model: string; feature: string }>
  searchParams: Promise<ViewParams>
}

export default async function FieldPage({ params, searchParams }: Props) {
  await requireVisitor()
  const { model: slug, feature } = await params
  const view = await readView(slug, await searchParams)
  const { db, model, environment, version, range, at } = view
  if (!version) notFound()
  const monitors = await listMonitors(db, { modelId: model.id, environment })
  const asked = { version, environment, channel: view.channel, window: range, bucketMs: range.bucketMs }
  const [report, reasons, annotations] = await Promise.all([
    driftOf(db, { ...asked, ...driftSettings(monitors) }),
    attributionsOf(db, { ...asked, watch: reasonWatch(monitors) }),
    annotationsOf(view),
  ])
  const name = decodeURIComponent(feature)
  const field = report?.fields.find((one) => one.field === name)
  if (!report || !field) notFound()
  const reason = field.isScore ? undefined : reasons?.fields.find((one) => one.field === name)
  const context = {
    annotations,
    rangeWords: rangeInWords(range),
    unfinishedFrom: range.to >= at ? bucketOf(at, range.bucketMs) : undefined,
  }
  return (
    <div className="grid gap-5">
      <nav aria-label="Back">
        <Link href={`/models/${slug}/monitoring${view.query}`} className="link text-sm">
          All fields of this model
        </Link>
      </nav>
      <ViewPicker range={range} environment={environment} environments={view.environments} version={version.number} versions={view.versions} channel={view.channel} />
      <FieldView report={report} field={field} {...context} />
      {reasons && reason && <FieldReasons report={reasons} field={reason} modelSlug={slug} {...context} />}
    </div>
  )
}
