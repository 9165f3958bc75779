// The typeface of PDFs: Geist (SIL Open Font License) from its package, since the fonts every PDF reader has cannot show
// most letters beyond Western Europe.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(process.cwd(), 'node_modules', 'geist', 'dist', 'fonts')

export const TYPEFACE_FILES = {
  regular: join(FOLDER, 'geist-sans', 'Geist-Regular.ttf'),
  semiBold: join(FOLDER, 'geist-sans', 'Geist-SemiBold.ttf'),
  mono: join(FOLDER, 'geist-mono', 'GeistMono-Regular.ttf'),
} as const

const known = new Map<string, (codePoint: number) => boolean>()

/** Which characters a font file has, from its own table (OpenType `cmap`, format 4: the Basic Multilingual Plane). */
export function charactersOf(file: string): (codePoint: number) => boolean {
  const kept = known.get(file)
  if (kept) return kept
  const font = readFileSync(file)
  const cmap = tableAt(font, 'cmap')
  const starts = Array.from({ length: font.readUInt16BE(cmap + 2) }, (_, index) => cmap + font.readUInt32BE(cmap + 4 + 8 * index + 4))
  const at = starts.find((start) => font.readUInt16BE(start) === 4)
  if (at === undefined) throw new Error(`${file} has no character table of format 4`)
  const segments = font.readUInt16BE(at + 6) / 2
  const ranges = Array.from({ length: segments }, (_, index) => {
    const end = font.readUInt16BE(at + 14 + 2 * index)
    const start = font.readUInt16BE(at + 16 + 2 * segments + 2 * index)
    return { start, end: end === 0xffff ? -1 : end }
  })
  const has = (codePoint: number) => ranges.some(({ start, end }) => codePoint >= start && codePoint <= end)
  known.set(file, has)
  return has
}

function tableAt(font: Buffer, tag: string): number {
  for (let index = 0; index < font.readUInt16BE(4); index++) {
    const entry = 12 + 16 * index
    if (font.toString('latin1', entry, entry + 4) === tag) return font.readUInt32BE(entry + 8)
  }
  throw new Error(`the font has no table ${tag}`)
}
