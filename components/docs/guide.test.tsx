import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { PERMISSIONS } from '@/lib/access/contract'
import { PROBLEM_KINDS } from '@/lib/platform/errors'
import { fieldMetadataSchema, lineageSchema, versionMetadataSchema } from '@/lib/registry/contract'
import { GENERATED } from './generated'
import { readGuide } from './guide'
import { GUIDE_PAGES } from './guide-pages'
import { headingId } from './heading-id'
import { Markdown } from './markdown'

const slugs = GUIDE_PAGES.map(({ slug }) => slug)
const source = (path: string) => readFileSync(join(process.cwd(), path), 'utf8')
const page = (slug: string) => source(join('docs', 'guide', `${slug}.md`))
const withoutCode = (markdown: string) => markdown.replace(/^```[\s\S]*?^```/gm, '')
const anchors = (markdown: string) => [...withoutCode(markdown).matchAll(/^#{2,3} (.+)$/gm)].map(([, title = '']) => headingId(title))

describe('the guide', () => {
  it('lists every page there is, and no other', () => {
    const files = readdirSync(join(process.cwd(), 'docs', 'guide')).map((name) => name.replace(/\.md$/, ''))
    expect([...slugs].sort()).toEqual(files.sort())
  })

  it('reads a page by its name in the list, never by a path', async () => {
    expect((await readGuide('tokens'))?.sections.map(({ title }) => title)).toContain('Scopes and roles')
    expect(await readGuide('../decisions/0001-the-house')).toBeUndefined()
  })

  it.each(slugs)('%s has links that lead somewhere', (slug) => {
    for (const [, path = '', anchor] of withoutCode(page(slug)).matchAll(/\]\(\/docs\/([a-z-]+)(?:#([\w-]+))?\)/g)) {
      if (path === 'api') continue
      expect(slugs, `${slug} links to ${path}`).toContain(path)
      if (anchor !== undefined) expect(anchors(page(path)), `${slug} links to ${path}#${anchor}`).toContain(anchor)
    }
  })

  it.each(slugs)('%s renders, with anchors that are distinct and parts that exist', (slug) => {
    const markdown = page(slug)
    const html = renderToStaticMarkup(<Markdown>{markdown}</Markdown>)
    const ids = anchors(markdown)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(html).toContain(`id="${id}"`)
    for (const [, name = ''] of markdown.matchAll(/^```generated\n(.*)\n```/gm)) expect(Object.keys(GENERATED)).toContain(name)
  })

  it('makes the permission table from the rules', () => {
    const html = renderToStaticMarkup(<Markdown>{page('roles')}</Markdown>)
    for (const permission of PERMISSIONS) expect(html).toContain(`>${permission}</code>`)
    const row = /<tr[^>]*>(?:(?!<\/tr>).)*promotion:decide.*?<\/tr>/.exec(html)?.[0] ?? ''
    // Approvers alone: no other role, and no scope.
    expect(row.match(/>yes</g)).toHaveLength(1)
  })

  it('tells every setting', () => {
    const names = [...source('lib/platform/environment.ts').matchAll(/^ {2}([A-Z][A-Z_]+): z/gm)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(10)
    for (const name of names) expect(page('running'), name).toContain(`\`${name}\``)
  })

  it('tells every member of the metadata', () => {
    const members = [versionMetadataSchema, lineageSchema, fieldMetadataSchema].flatMap(({ shape }) => Object.keys(shape))
    for (const member of members) expect(page('registering'), member).toMatch(new RegExp(`\`${member}\`|^### ${member}$`, 'm'))
  })
})

describe('/docs/problems', () => {
  const documented = anchors(page('problems')).filter((id) => /^[a-z_]+$/.test(id))

  it('tells every code that an error can have', () => {
    for (const code of knownCodes()) expect(documented, code).toContain(code)
  })

  it('tells no code that no error has', () => {
    const known = new Set(knownCodes())
    const sections = new Set(anchors(page('problems').replace(/^### .*$/gm, '')))
    expect(documented.filter((code) => !known.has(code) && !sections.has(code))).toEqual([])
  })
})

/** Read from the sources: `code: '…'`, and the short forms that rooms make of it. */
function knownCodes(): string[] {
  const patterns = [
    /\bcode: '([a-z_]+)'/g,
    /\b(?:conflict|refused)\(\s*'([a-z_]+)'/g,
    /\bnotFound\((?:`[^`]*`|'[^']*'), '([a-z_]+)'\)/g,
    /\brejection\([^,]+, '([a-z_]+)'/g,
  ]
  const codes = sourcesUnder('lib', 'server', 'tools/flightdeck').flatMap((text) => patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => code)))
  const faults = [...(/type ModelFileFault =([\s\S]*?)\n\n/.exec(source('lib/onnx/model-file-error.ts'))?.[1] ?? '').matchAll(/'([a-z-]+)'/g)]
  return [...new Set([...codes, ...PROBLEM_KINDS, ...faults.map(([, fault = '']) => `model_${fault.replaceAll('-', '_')}`)])]
}

function sourcesUnder(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(process.cwd(), folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !/(^|\/)(testing|client)(\/|\.ts$)/.test(name))
      .map((name) => source(join(folder, name))),
  )
}
