// The letter as one page of PDF.
import type { DocumentProps } from '@react-pdf/renderer'
import type { ReactElement } from 'react'
import { ProblemError } from '@/lib/platform/errors'
import { charactersOf, TYPEFACE_FILES } from '@/lib/platform/typeface'
import type { Locale } from '../contract'

const FONT = 'Geist'
/** Points. What does not fit the page in the first is tried in the next. */
const FONT_SIZES = [11, 10, 9, 8]
const MARGIN = 62

/** @throws ProblemError `letter_characters` for letters that the typeface does not have, `letter_too_long` for more than a page */
export async function letterPdf(text: string, locale: Locale): Promise<Uint8Array> {
  refuseUnknownCharacters(text)
  for (const size of FONT_SIZES) {
    const pdf = await render(text, locale, size)
    if (pageCount(pdf) === 1) return pdf
  }
  throw new ProblemError('conflict', 'The letter is longer than one page. Shorten its template, or take the text.', { code: 'letter_too_long' })
}

async function render(text: string, locale: Locale, fontSize: number): Promise<Buffer> {
  // Some megabytes that only letters need.
  const [{ Document, Font, Page, Text, View, renderToBuffer }, { createElement }] = await Promise.all([import('@react-pdf/renderer'), import('react')])
  Font.register({ family: FONT, src: TYPEFACE_FILES.regular })
  // A letter is read out and copied: words stay whole.
  Font.registerHyphenationCallback((word) => [word])
  const paragraphs = text.split('\n\n').map((paragraph, index) =>
    createElement(
      View,
      { key: index, style: { marginBottom: fontSize } },
      paragraph.split('\n').map((line, place) => {
        const item = /^(\d+\.) (.*)$/.exec(line)
        if (!item) return createElement(Text, { key: place }, line)
        return createElement(View, { key: place, style: { flexDirection: 'row', marginTop: 2 } }, [
          createElement(Text, { key: 'number', style: { width: 2 * fontSize } }, item[1]),
          createElement(Text, { key: 'text', style: { flex: 1 } }, item[2]),
        ])
      }),
    ),
  )
  const page = createElement(Page, { size: 'A4', style: { fontFamily: FONT, fontSize, lineHeight: 1.45, padding: MARGIN } }, paragraphs)
  const title = locale === 'de' ? 'Brief' : 'Letter'
  return renderToBuffer(createElement(Document, { title, language: locale, producer: 'Flightdeck', creator: 'Flightdeck' }, page) as ReactElement<DocumentProps>)
}

/** Of an uncompressed page tree, which is what the writer makes. */
function pageCount(pdf: Buffer): number {
  return pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0
}

function refuseUnknownCharacters(text: string): void {
  const known = charactersOf(TYPEFACE_FILES.regular)
  const unknown = [...new Set(text)].filter((character) => character !== '\n' && !known(character.codePointAt(0) ?? 0))
  if (unknown.length === 0) return
  throw new ProblemError('conflict', `The typeface of the PDF has no ${unknown.slice(0, 10).join(' ')}. Take the letter as text.`, { code: 'letter_characters' })
}
