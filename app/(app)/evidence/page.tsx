import type { Metadata } from 'next'
import { NotAllowed } from '@/components/access/not-allowed'
import { ExportSection } from '@/components/evidence/export-section'
import { KeysSection } from '@/components/evidence/keys-section'
import { VerifySection } from '@/components/evidence/verify-section'
import { PageHeader } from '@/components/layout/page-header'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { listSigningKeys } from '@/lib/evidence/queries/keys'

export const metadata: Metadata = { title: 'Evidence' }

export default async function EvidencePage() {
  const may = can(await requireVisitor())
  if (!may('evidence:issue')) return <NotAllowed what="Evidence" who="auditors, approvers and administrators" />
  return (
    <>
      <PageHeader
        title="Evidence"
        description="Decisions with everything that stands behind them, in one signed file that anybody can check without Flightdeck."
      />
      <div className="grid gap-8">
        <ExportSection />
        <VerifySection />
        <KeysSection keys={await listSigningKeys(await database())} mayRotate={may('evidence:rotate')} />
      </div>
    </>
  )
}
