import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { readGuide } from '@/components/docs/guide'
import { Markdown } from '@/components/docs/markdown'
import { OnThisPage } from '@/components/docs/on-this-page'
import { PageHeader } from '@/components/layout/page-header'

interface Props {
  params: Promise<{ slug: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const guide = await readGuide((await params).slug)
  return { title: guide?.title }
}

export default async function GuidePage({ params }: Props) {
  const guide = await readGuide((await params).slug)
  if (guide === undefined) notFound()
  return (
    <article>
      <PageHeader title={guide.title} description={guide.description} breadcrumbs={[{ label: 'Guide', href: '/docs' }]} />
      <OnThisPage sections={guide.sections} />
      <Markdown>{guide.markdown}</Markdown>
    </article>
  )
}
