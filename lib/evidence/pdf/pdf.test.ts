import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '@/lib/platform/crypto'
import { charactersOf, TYPEFACE_FILES } from '@/lib/platform/typeface'
import { verifyBundle } from '@/tools/verify-bundle.mjs'
import { issueEvidence } from '../commands/issue-evidence'
import { printEvidence } from '../commands/print-evidence'
import type { IssuedEvidence } from '../contract/bundle'
import { auditor, makeEvidenceFixture, type EvidenceFixture } from '../testing/fixture'
import { attachFile } from './attach-file'
import { evidenceBlocks, type Block } from './blocks'
import { printable, renderPdf } from './render'

describe('evidence as a PDF', () => {
  let made: EvidenceFixture
  let issued: IssuedEvidence
  let guarded: IssuedEvidence
  beforeAll(async () => {
    made = await makeEvidenceFixture('sqlite')
    issued = await issueEvidence(auditor, { predictions: made.clinicIds.slice(0, 1), reason: 'letter of 3 May' })
    guarded = await issueEvidence(auditor, { predictions: [made.guardedId] })
  })
  afterAll(() => made.end())

  const wordsOf = (blocks: readonly Block[]) => blocks.flatMap((block) => Object.values(block).flatMap((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)))).join('\n')

  it('says the decision, the reasons, the approvals, the gates, the lineage, and how to verify it', () => {
    const blocks = evidenceBlocks(issued)
    const words = wordsOf(blocks)
    expect(blocks.filter(({ kind }) => kind === 'heading').map((block) => (block as { text: string }).text)).toEqual([
      'The decision', 'Why', 'Who released it', 'Gates', 'The version and where it comes from', 'Fairness of this version', 'What it was compared with', 'How to verify this',
    ])
    for (const part of ['P-0', 'booking page', 'looks right – geprüft ✓', 'Ana Approver', 'reference rows answered', made.clinic.artifactHash, issued.sha256, issued.bundle.signature.kid, 'letter of 3 May', 'No measure of fairness was recorded', 'npx flightdeck verify evidence.json']) {
      expect(words).toContain(part)
    }
    const table = blocks.find((block) => block.kind === 'table' && block.head.includes('Contribution'))
    if (table?.kind !== 'table') return expect.fail('no table of contributions')
    expect(table.rows[0]?.[0]).toBe('Average of the background sample')
    expect(table.rows).toHaveLength(made.clinic.signature.fields.length + 2)
    // The largest first.
    const sizes = table.rows.slice(1, -1).map((row) => Math.abs(Number((row[2] ?? '').replace('\u2212', '-'))))
    expect([...sizes].sort((a, b) => b - a)).toEqual(sizes)
  })

  it('says where a guardrail answered instead, and which fairness was measured', () => {
    expect(wordsOf(evidenceBlocks(guarded))).toMatch(/A guardrail answered instead of the model, by .*The model itself had said/)
    const measured = structuredClone(issued)
    const version = Object.values(measured.bundle.content.versions)[0] ?? expect.fail('no version')
    version.lineage.metrics = { ...version.lineage.metrics, demographic_parity_ratio: 0.91 }
    expect(evidenceBlocks(measured)).toContainEqual({ kind: 'table', head: ['Measure', 'Value'], widths: [2, 1], rows: [['Demographic parity ratio', '0.91']] })
  })

  it('carries the signed bundle as an attachment that verifies', async () => {
    const { content, fileName, sha256: hash } = await printEvidence(auditor, made.clinicIds[1] ?? '')
    expect(fileName).toBe(`evidence-${made.clinicIds[1]}.pdf`)
    const text = content.toString('latin1')
    expect(text.startsWith('%PDF-')).toBe(true)
    const start = text.indexOf('/Type /EmbeddedFile')
    const [, length = ''] = /\/Length (\d+)/.exec(text.slice(start)) ?? []
    const at = text.indexOf('stream\n', start) + 'stream\n'.length
    const attached = inflateSync(content.subarray(at, at + Number(length)))
    expect(sha256(attached)).toBe(hash)
    expect(verifyBundle(attached).exitCode).toBe(0)
    // Every entry of the new cross-reference section leads to the object that it names.
    const xref = text.slice(Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1]))
    const entries = [...xref.matchAll(/^(\d+) 1\n(\d{10}) 00000 n $/gm)]
    expect(entries).toHaveLength(4)
    for (const [, number, offset] of entries) expect(text.slice(Number(offset)).startsWith(`${number} 0 obj`)).toBe(true)
  })

  it('shows letters of Europe, and the code points of those that the typeface does not have', async () => {
    expect(printable('Łódź – Ελλάδα? Ü ß ✓ €')).toContain('Łódź – ')
    expect(printable('漢 \u0007')).toBe('[U+6F22] [U+0007]')
    expect(printable('😀')).toBe('[U+1F600]')
    expect(charactersOf(TYPEFACE_FILES.regular)('ß'.codePointAt(0) ?? 0)).toBe(true)
    const pdf = await renderPdf({ title: 't', footer: 'f', blocks: [{ kind: 'paragraph', text: '漢字 Łódź' }] })
    expect(pdf.length).toBeGreaterThan(1000)
  })

  it('refuses to attach to what it does not understand', () => {
    expect(() => attachFile(Buffer.from('%PDF-1.7\n'), { name: 'a', mediaType: 'a/b', description: '', content: '' })).toThrow('no plain cross-reference table')
  })
})
