import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { fieldNames } from '@/components/registry/compared-words'
import { ComparisonView } from '@/components/registry/comparison-view'
import { listInWords } from '@/components/releases/in-words'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Section } from '@/components/ui/section'
import { requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { findModel, findVersion } from '@/lib/registry/queries'
import { compareVersions } from '@/lib/registry/rules'

export const metadata: Metadata = { title: 'Compare versions' }

const MOST_VERSIONS = 6

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<{ v?: string | string[] }>
}

export default async function ComparePage({ params, searchParams }: Props) {
  await requireVisitor()
  const db = await database()
  const model = await findModel(db, (await params).model)
  if (!model) notFound()
  const wanted = [...new Set([(await searchParams).v ?? []].flat())].filter((text) => /^[1-9]\d{0,8}$/.test(text)).slice(0, MOST_VERSIONS)
  const found = await Promise.all(wanted.map((number) => findVersion(db, model.id, Number(number))))
  const versions = found.filter((version) => version !== undefined)
  const choose = <ButtonLink href={`/models/${model.slug}/versions?compare=${versions.map((version) => version.number).join(',')}`}>Choose versions</ButtonLink>
  if (versions.length < 2) {
    return (
      <EmptyState title="Choose at least two versions" action={choose}>
        They are put side by side here, what differs first.
      </EmptyState>
    )
  }
  return (
    <Section title={`What differs between versions ${listInWords(versions.map((version) => String(version.number)), 'and')}?`} description="Part by part. Changes are against the first column." actions={choose}>
      <ComparisonView slug={model.slug} comparison={compareVersions(versions)} names={fieldNames(versions)} />
    </Section>
  )
}
