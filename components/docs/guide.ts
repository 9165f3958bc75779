// The guide: Markdown files of docs/guide in reading order.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GUIDE_PAGES, type GuidePage } from './guide-pages'
import { headingId } from './heading-id'

export interface Guide extends GuidePage {
  markdown: string
  /** Its second-level headings. */
  sections: { id: string; title: string }[]
}

/** undefined where there is no such page; the list decides, never the path. */
export async function readGuide(slug: string): Promise<Guide | undefined> {
  const page = GUIDE_PAGES.find((candidate) => candidate.slug === slug)
  if (page === undefined) return undefined
  const markdown = await readFile(join(process.cwd(), 'docs', 'guide', `${page.slug}.md`), 'utf8')
  return { ...page, markdown, sections: sectionsOf(markdown) }
}

function sectionsOf(markdown: string): Guide['sections'] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/^## (.+)$/gm)].map(([, title = '']) => ({ id: headingId(title), title: title.replaceAll('`', '') }))
}
