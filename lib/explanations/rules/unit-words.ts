// Units beside their numbers: singular and plural, and the German of the units that signatures have most.
import type { Locale } from '../contract'

/** One, and several. */
const GERMAN: Readonly<Record<string, readonly [string, string]>> = {
  years: ['Jahr', 'Jahre'],
  months: ['Monat', 'Monate'],
  weeks: ['Woche', 'Wochen'],
  days: ['Tag', 'Tage'],
  hours: ['Stunde', 'Stunden'],
  minutes: ['Minute', 'Minuten'],
  seconds: ['Sekunde', 'Sekunden'],
  people: ['Person', 'Personen'],
  pieces: ['Stück', 'Stück'],
  visits: ['Besuch', 'Besuche'],
  views: ['Aufruf', 'Aufrufe'],
}

/** @param text the number as it is written in that language */
export function unitInWords(text: string, unit: string, locale: Locale): string {
  // A level is a rank, not an amount: nobody says "4 level".
  if (unit === 'level') return `${locale === 'de' ? 'Stufe' : 'level'} ${text}`
  const isOne = text === '1'
  const german = locale === 'de' && Object.hasOwn(GERMAN, unit) ? GERMAN[unit] : undefined
  return `${text} ${german ? german[isOne ? 0 : 1] : isOne ? singular(unit) : unit}`
}

/** `months` → `month`; a symbol such as `ms` or `class` stays. */
function singular(unit: string): string {
  if (unit === 'people') return 'person'
  return /^[a-z]{3,}s$/.test(unit) && !unit.endsWith('ss') ? unit.slice(0, -1) : unit
}
