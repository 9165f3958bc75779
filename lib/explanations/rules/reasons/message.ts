// The part of ICU MessageFormat that sentences about values need: `{name}`, and
// `{value, plural, =0 {…} one {# month} other {# months}}` with the plural rules of CLDR (Intl.PluralRules).
// https://unicode-org.github.io/icu/userguide/format_parse/messages/
// A message is compiled once; filling it in is then only joining texts.
import type { Locale } from '../../contract'

/** What a slot is filled with: as text, and the number behind it where there is one. */
export interface Filling {
  text: string
  number?: number
  /** The number without its unit, which is what `#` stands for. */
  numberText?: string
}
export type Fillings<Slot extends string> = Readonly<Record<Slot, Filling>>
export type Message<Slot extends string> = (fillings: Fillings<Slot>) => string

/** The text of a message is wrong: a sentence for whoever wrote it. */
export class MessageError extends Error {}

interface Plural {
  slot: string
  /** By `=3` or the name of a plural category. */
  branches: ReadonlyMap<string, Part[]>
}
/** `#`: the number that a plural counts. */
interface Counted {
  isCounted: true
}
type Part = string | { slot: string } | Plural | Counted

const COUNTED: Counted = { isCounted: true }
const CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other']
const plurals: Readonly<Record<Locale, Intl.PluralRules>> = { en: new Intl.PluralRules('en'), de: new Intl.PluralRules('de') }

/**
 * @param slots the names that may stand in braces
 * @throws MessageError
 */
export function compileMessage<Slot extends string>(text: string, slots: readonly Slot[], locale: Locale): Message<Slot> {
  const reader = new Reader(text, slots)
  const parts = reader.read(null)
  return (fillings) => fill(parts, fillings, locale, null)
}

/** The slots that a message uses, and those of which it needs the number. @throws MessageError */
export function slotsOf(text: string, slots: readonly string[]): { used: Set<string>; counted: Set<string> } {
  const used = new Set<string>()
  const counted = new Set<string>()
  const walk = (parts: readonly Part[]): void => {
    for (const part of parts) {
      if (typeof part === 'string' || 'isCounted' in part) continue
      used.add(part.slot)
      if (!('branches' in part)) continue
      counted.add(part.slot)
      for (const branch of part.branches.values()) walk(branch)
    }
  }
  walk(new Reader(text, slots).read(null))
  return { used, counted }
}

function fill(parts: readonly Part[], fillings: Readonly<Record<string, Filling>>, locale: Locale, counted: Filling | null): string {
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string') text += part
    else if ('isCounted' in part) text += counted?.numberText ?? counted?.text ?? ''
    else {
      const filling = fillings[part.slot]
      if (filling === undefined) continue
      if ('branches' in part) text += fill(branchOf(part, filling, locale), fillings, locale, filling)
      else text += filling.text
    }
  }
  return text
}

function branchOf({ branches }: Plural, { number }: Filling, locale: Locale): Part[] {
  const other = branches.get('other') ?? []
  if (number === undefined) return other
  return branches.get(`=${number}`) ?? branches.get(plurals[locale].select(number)) ?? other
}

class Reader {
  private at = 0

  constructor(
    private readonly text: string,
    private readonly slots: readonly string[],
  ) {}

  /** Up to the closing brace of a plural's branch, or to the end. */
  read(plural: string | null): Part[] {
    const parts: Part[] = []
    let literal = ''
    const add = (part: Part): void => {
      if (literal !== '') parts.push(literal)
      literal = ''
      parts.push(part)
    }
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at)
      if (character === "'") literal += this.quoted(plural !== null)
      else if (character === '{') add(this.argument())
      else if (character === '}') {
        if (plural === null) throw new MessageError('There is a closing brace } without an opening one.')
        break
      } else if (character === '#' && plural !== null) {
        this.at++
        add(COUNTED)
      } else {
        literal += character
        this.at++
      }
    }
    if (literal !== '') parts.push(literal)
    return parts
  }

  /** `'{'` is a brace, `''` an apostrophe; any other apostrophe is itself, as in "competitor's". */
  private quoted(isPlural: boolean): string {
    const next = this.text.charAt(this.at + 1)
    if (next === "'") {
      this.at += 2
      return "'"
    }
    if (next !== '{' && next !== '}' && !(isPlural && next === '#')) {
      this.at++
      return "'"
    }
    const end = this.text.indexOf("'", this.at + 1)
    const quoted = this.text.slice(this.at + 1, end === -1 ? undefined : end)
    this.at = end === -1 ? this.text.length : end + 1
    return quoted
  }

  private argument(): Part {
    this.at++
    const slot = this.word()
    if (!this.slots.includes(slot)) {
      throw new MessageError(`There is nothing called {${slot.slice(0, 40)}} to fill in. ${this.slots.length === 0 ? 'Leave braces out.' : `Use ${this.slots.map((one) => `{${one}}`).join(', ')}.`}`)
    }
    if (this.take('}')) return { slot }
    if (!this.take(',')) throw new MessageError(`The brace of {${slot}} is not closed.`)
    const kind = this.word()
    if (kind !== 'plural' || !this.take(',')) throw new MessageError(`After {${slot}, only plural can follow: {${slot}, plural, one {# month} other {# months}}.`)
    return { slot, branches: this.branches(slot) }
  }

  private branches(slot: string): Map<string, Part[]> {
    const branches = new Map<string, Part[]>()
    while (!this.take('}')) {
      const selector = this.word()
      if (!CATEGORIES.includes(selector) && !/^=\d+$/.test(selector)) {
        throw new MessageError(selector === '' ? `The braces of {${slot}, plural, …} are not closed.` : `${selector.slice(0, 40)} is no plural form. Use one, other, or a number such as =0.`)
      }
      if (branches.has(selector)) throw new MessageError(`{${slot}, plural, …} has ${selector} twice.`)
      if (!this.take('{')) throw new MessageError(`After ${selector} a text in braces must follow: ${selector} {# months}.`)
      branches.set(selector, this.read(slot))
      if (!this.take('}')) throw new MessageError(`The braces of {${slot}, plural, …} are not closed.`)
    }
    if (!branches.has('other')) throw new MessageError(`{${slot}, plural, …} needs the form other.`)
    return branches
  }

  private word(): string {
    this.skipSpace()
    const [found = ''] = /^[^\s{},]*/.exec(this.text.slice(this.at)) ?? []
    this.at += found.length
    this.skipSpace()
    return found
  }

  private take(character: string): boolean {
    this.skipSpace()
    if (this.text.charAt(this.at) !== character) return false
    this.at++
    return true
  }

  private skipSpace(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++
  }
}
