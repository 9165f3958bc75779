import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { VersionTable } from '@/components/registry/version-table'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { findModel, listVersions } from '@/lib/registry/queries'
import { currentReleases } from '@/lib/releases/queries'

export const metadata: Metadata = { title: 'Versions' }

export default async function VersionsPage({ params }: { params: Promise<{ model: string }> }) {
  const may = can(await requireVisitor())
  const db = await database()
  const model = await findModel(db, (await params).model)
  if (!model) notFound()
  const [versions, releases] = await Promise.all([listVersions(db, model.id), currentReleases(db, model.id)])
  const serves = (versionId: string) =>
    releases.flatMap((release) =>
      release.arms.filter((arm) => arm.versionId === versionId).map((arm) => (arm.role === 'challenger' ? `${release.environment}, canary` : release.environment)),
    )
  return (
    <VersionTable
      slug={model.slug}
      versions={versions.map((version) => ({ ...version, serves: serves(version.id) }))}
      mayRegister={may('registry:write')}
    />
  )
}
