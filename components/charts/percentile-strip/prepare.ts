import type { ReferenceStrip } from '@/lib/explanations/contract/lookup'

export interface PreparedStrip {
  /** Parts from left to right, in percent of the width. */
  parts: { from: number; width: number; isOwn: boolean; label: string }[]
  /** Where the mark stands; null without a value. */
  mark: number | null
  /** Under the ends and the middle; none of categories. */
  ends: { low: string; middle: string; high: string } | null
  /** Instead of the picture. */
  text: string
}

const TENTHS = 10

/** Numbers: ten tenths of the reference and a mark. Categories: a part as wide as the category's share. */
export function prepareStrip(strip: ReferenceStrip): PreparedStrip {
  if (strip.kind === 'number') {
    const { position, low, middle, high } = strip
    return {
      parts: Array.from({ length: TENTHS }, (_, tenth) => ({ from: (tenth * 100) / TENTHS, width: 100 / TENTHS, isOwn: false, label: '' })),
      mark: position === null ? null : Math.min(1, Math.max(0, position)) * 100,
      ends: { low, middle, high },
      text: `${position === null ? 'Not given' : placeInText(position)}. Lowest ${low}, typical ${middle}, highest ${high}.`,
    }
  }
  let from = 0
  const parts = strip.shares.map(({ share, isOwn, label }) => {
    const part = { from, width: share * 100, isOwn, label }
    from += share * 100
    return part
  })
  const own = parts.find(({ isOwn }) => isOwn)
  const shares = strip.shares.map(({ label, share }) => `${label} ${Math.round(share * 100)} %`)
  return { parts, mark: own ? Math.min(100, own.from + own.width / 2) : null, ends: null, text: `Shares in the reference: ${shares.join(', ')}.` }
}

function placeInText(position: number): string {
  if (position <= 0) return 'At or below the lowest of the reference'
  if (position >= 1) return 'At or above the highest of the reference'
  return `Above about ${Math.round(position * 100)} % of the reference`
}
