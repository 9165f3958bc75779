// The most frequent of arbitrarily many texts in bounded memory.
import type { ByteReader, ByteWriter } from './bytes'

/** How many texts are kept. */
const capacity = 16
/** Longer texts are cut here: they come from callers, and the summary is stored with every commit. */
const longestText = 64

export interface HeavyHitters {
  /** Most frequent first. The true count lies between `count` and `count` + errorBound. */
  top: { value: string; count: number }[]
  /** How much any count may be too low; 0 as long as no more than 16 different texts came. */
  errorBound: number
}

/**
 * Misra and Gries's summary (doi:10.1016/0167-6423(82)90012-0), mergeable by Agarwal and others (doi:10.1145/2500128):
 * of n texts, each that came more than n / 17 times is kept, and counts are at most n / 17 too low.
 */
export class TopTexts {
  private counts = new Map<string, number>()
  private errorBound = 0

  add(text: string): void {
    const kept = cut(text)
    const count = this.counts.get(kept)
    if (count !== undefined) this.counts.set(kept, count + 1)
    else if (this.counts.size < capacity) this.counts.set(kept, 1)
    else this.lower(1)
  }

  merge(other: TopTexts): void {
    for (const [text, count] of other.counts) this.counts.set(text, (this.counts.get(text) ?? 0) + count)
    this.errorBound += other.errorBound
    if (this.counts.size <= capacity) return
    const descending = [...this.counts.values()].sort((a, b) => b - a)
    this.lower(descending[capacity] as number)
  }

  clone(): TopTexts {
    const copy = new TopTexts()
    copy.counts = new Map(this.counts)
    copy.errorBound = this.errorBound
    return copy
  }

  summary(): HeavyHitters {
    const top = Array.from(this.counts, ([value, count]) => ({ value, count }))
    // Equal counts in the order of the texts, so that the same rows always read the same.
    top.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    return { top, errorBound: this.errorBound }
  }

  write(writer: ByteWriter): void {
    writer.count(this.errorBound)
    writer.count(this.counts.size)
    for (const [text, count] of this.counts) {
      writer.text(text)
      writer.count(count)
    }
  }

  static read(reader: ByteReader): TopTexts {
    const texts = new TopTexts()
    texts.errorBound = reader.count()
    const size = reader.count()
    for (let i = 0; i < size; i++) {
      const text = reader.text()
      // Two texts with broken surrogates can be the same once written as UTF-8.
      texts.counts.set(text, (texts.counts.get(text) ?? 0) + reader.count())
    }
    return texts
  }

  private lower(by: number): void {
    this.errorBound += by
    for (const [text, count] of this.counts) {
      if (count <= by) this.counts.delete(text)
      else this.counts.set(text, count - by)
    }
  }
}

/** Not within a surrogate pair, whose half could not be written as UTF-8. */
function cut(text: string): string {
  if (text.length <= longestText) return text
  const last = text.charCodeAt(longestText - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? longestText - 1 : longestText)
}
