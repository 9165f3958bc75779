// Blocks as pages of PDF.
import type { DocumentProps } from '@react-pdf/renderer'
import type { ReactElement, ReactNode } from 'react'
import { charactersOf, TYPEFACE_FILES } from '@/lib/platform/typeface'
import type { Block } from './blocks'

const INK = '#1b1d21'
const MUTED = '#5c626c'
const LINE = '#d5d8dd'

export interface Printed {
  title: string
  /** At the foot of every page. */
  footer: string
  blocks: readonly Block[]
}

export async function renderPdf({ title, footer, blocks }: Printed): Promise<Buffer> {
  // Some megabytes that only documents need.
  const [{ Document, Font, Page, StyleSheet, Text, View, renderToBuffer }, { createElement: create }] = await Promise.all([import('@react-pdf/renderer'), import('react')])
  Font.register({ family: 'Geist', fonts: [{ src: TYPEFACE_FILES.regular }, { src: TYPEFACE_FILES.semiBold, fontWeight: 600 }] })
  Font.register({ family: 'Geist Mono', src: TYPEFACE_FILES.mono })
  // Hashes may break anywhere, words nowhere.
  Font.registerHyphenationCallback((word) => (word.length > 32 ? (word.match(/.{1,16}/g) ?? [word]).flatMap((part, index) => (index === 0 ? [part] : ['', part])) : [word]))
  const style = StyleSheet.create({
    page: { fontFamily: 'Geist', fontSize: 9, color: INK, paddingTop: 48, paddingBottom: 56, paddingHorizontal: 52 },
    // On the page itself it would make text that is written last, the page's number, disappear.
    body: { lineHeight: 1.4 },
    title: { fontSize: 19, fontWeight: 600, lineHeight: 1.2 },
    under: { color: MUTED, marginTop: 4, fontSize: 10 },
    heading: { fontSize: 12, fontWeight: 600, marginTop: 16, marginBottom: 4 },
    paragraph: { marginTop: 4 },
    code: { fontFamily: 'Geist Mono', fontSize: 8, backgroundColor: '#f3f4f6', padding: 6, marginTop: 6, marginBottom: 4 },
    row: { flexDirection: 'row', borderBottomWidth: 0.5, borderBottomColor: LINE, paddingVertical: 2.5 },
    head: { flexDirection: 'row', borderBottomWidth: 1, borderBottomColor: INK, paddingVertical: 2.5, marginTop: 8 },
    facts: { marginTop: 6 },
    label: { width: 130, color: MUTED, paddingRight: 8 },
    value: { flex: 1 },
    strong: { fontWeight: 600 },
    footer: { position: 'absolute', bottom: 28, left: 52, width: 440, fontSize: 7, lineHeight: 1, color: MUTED },
    pageNumber: { position: 'absolute', bottom: 28, left: 493, width: 50, textAlign: 'right', fontSize: 7, color: MUTED },
  })
  const text = (key: string | number, value: string, ...styles: (typeof style)[keyof typeof style][]) => create(Text, { key, style: styles }, printable(value))
  const cells = (widths: readonly number[], values: readonly string[], isHead: boolean): ReactNode[] =>
    values.map((value, column) => create(View, { key: column, style: { flex: widths[column] ?? 1, paddingRight: 8 } }, isHead ? text('t', value, style.strong) : text('t', value)))
  const draw = (block: Block, key: number): ReactNode => {
    switch (block.kind) {
      case 'title':
        return create(View, { key }, [text('title', block.text, style.title), text('under', block.under, style.under)])
      case 'heading':
        // Not alone at the foot of a page.
        return create(View, { key, minPresenceAhead: 60 }, text('text', block.text, style.heading))
      case 'paragraph':
        return text(key, block.text, style.paragraph)
      case 'code':
        return text(key, block.text, style.code)
      case 'facts':
        return create(View, { key, style: style.facts }, block.items.map(({ label, value }, index) => create(View, { key: index, style: style.row, wrap: false }, [text('label', label, style.label), text('value', value, style.value)])))
      case 'table':
        return create(View, { key }, [
          create(View, { key: 'head', style: style.head }, cells(block.widths, block.head, true)),
          ...block.rows.map((values, index) => create(View, { key: index, style: style.row, wrap: false }, cells(block.widths, values, false))),
        ])
    }
  }
  const foot = [
    create(Text, { key: 'footer', style: style.footer, fixed: true }, printable(footer)),
    create(Text, { key: 'page', style: style.pageNumber, fixed: true, render: ({ pageNumber, totalPages }) => `${pageNumber} of ${totalPages}` }),
  ]
  const page = create(Page, { size: 'A4', style: style.page }, [...foot, create(View, { key: 'body', style: style.body }, blocks.map(draw))])
  return renderToBuffer(create(Document, { title, language: 'en', producer: 'Flightdeck', creator: 'Flightdeck' }, page) as ReactElement<DocumentProps>)
}

/** Letters that the typeface does not have are written as their code points: nothing of evidence may be left out silently. */
export function printable(text: string): string {
  const has = charactersOf(TYPEFACE_FILES.regular)
  return Array.from(text.replaceAll(/\r\n?/g, '\n'), (character) => {
    const codePoint = character.codePointAt(0) ?? 0
    return character === '\n' || (codePoint >= 0x20 && has(codePoint)) ? character : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`
  }).join('')
}
