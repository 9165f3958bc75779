// Evidence for people: a PDF made of a bundle that is issued for it and goes with it as an attachment.
import type { Principal } from '@/lib/access/contract'
import { attachFile } from '../pdf/attach-file'
import { evidenceBlocks } from '../pdf/blocks'
import { renderPdf } from '../pdf/render'
import { issueEvidence } from './issue-evidence'

export interface PrintedEvidence {
  content: Buffer
  fileName: string
  /** Of the attached bundle. */
  sha256: string
}

export async function printEvidence(actor: Principal | null, predictionId: string, { reason }: { reason?: string | undefined } = {}): Promise<PrintedEvidence> {
  const issued = await issueEvidence(actor, { predictions: [predictionId], ...(reason === undefined ? {} : { reason }) })
  const pdf = await renderPdf({
    title: 'Evidence of a decision',
    footer: `Prediction ${issued.bundle.content.issue.predictions[0]} · SHA-256 of the attached bundle ${issued.sha256}`,
    blocks: evidenceBlocks(issued),
  })
  const content = attachFile(pdf, { name: 'evidence.json', mediaType: 'application/json', description: 'The signed bundle', content: issued.text })
  return { content, fileName: issued.fileName.replace(/\.json$/, '.pdf'), sha256: issued.sha256 }
}
