// Changed reasons in business words. What a field was given, and why the reasons changed, is not guessed.
import type { FieldAttribution } from '../contract'
import { isPluralName, plainNumber, shareText } from './words'

const COUNT_WORDS = ['no', 'one', 'two', 'three', 'four']

export type ReasonVerdict = FieldAttribution['verdict']

/** "among the four main reasons", "the main reason". */
export function placeWords(places: number): string {
  return places === 1 ? 'the main reason' : `among the ${COUNT_WORDS[places] ?? places} main reasons`
}

export interface ReasonWords {
  displayName: string
  places: number
  verdict: ReasonVerdict
  reference: number
  current: number | null
}

export function reasonSentence({ displayName, places, verdict, reference, current }: ReasonWords): string {
  const [be, was, they] = isPluralName(displayName) ? ['are', 'were', 'they'] : ['is', 'was', 'it']
  const place = placeWords(places)
  if (current === null) return `No explained prediction in this time; in the reference ${displayName} ${was} ${place} in ${shareText(reference)}.`
  if (current === 0 && reference === 0) return `${displayName} ${be} never ${place}, as in the reference.`
  const known = reference === 0 ? `in the reference ${they} never ${was}` : `in the reference ${they} ${was} in ${shareText(reference)}`
  switch (verdict) {
    case 'new':
    case 'more':
      return `${displayName} ${be} now ${place} in ${shareText(current)} of predictions; ${known}.`
    case 'less':
      return `${displayName} ${be} now ${place} in only ${shareText(current)} of predictions; ${known}.`
    case 'same':
    case 'unknown':
      return `${displayName} ${be} ${place} in ${shareText(current)} of predictions; ${known}.`
  }
}

/** How large a field's contributions are, now and on the reference rows. */
export function contributionSentence(displayName: string, size: FieldAttribution['size'], unit: string | null): string {
  const [moves, its] = isPluralName(displayName) ? ['move', 'their'] : ['moves', 'its']
  const write = (value: number) => `${plainNumber(value)}${unit === null ? '' : `\u00a0${unit}`}`
  const [is, was] = [size.current === null ? null : write(size.current), write(size.reference)]
  if (is === null || is === was) return `${displayName} ${moves} the answer otherwise than in the reference: ${its} contributions are spread differently.`
  return `${displayName} ${moves} the answer by about ${is} now, by about ${was} in the reference.`
}

/** 1st, 2nd, 3rd, 11th. */
export function ordinal(place: number): string {
  const teens = place % 100 >= 11 && place % 100 <= 13
  return `${place}${teens ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th')}`
}
