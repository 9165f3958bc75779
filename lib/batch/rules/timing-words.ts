// A schedule in words. Runs in the browser too.
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** “Every night at 02:00, Europe/Berlin”; the pattern itself where it is not one of the usual ones. */
export function timingInWords({ pattern, timeZone }: { pattern: string; timeZone: string }): string {
  return `${patternInWords(pattern.trim())}, ${timeZone === 'UTC' ? 'UTC' : timeZone.replaceAll('_', ' ')}`
}

function patternInWords(pattern: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = pattern.split(/\s+/)
  if (month !== '*' || !/^\d+$/.test(minute)) return `By the pattern ${pattern}`
  if (hour === '*' && day === '*' && weekday === '*') return `Every hour at minute ${Number(minute)}`
  if (!/^\d+$/.test(hour)) return `By the pattern ${pattern}`
  const time = `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
  if (day === '*' && weekday === '*') return `${Number(hour) < 5 ? 'Every night' : 'Every day'} ${time}`
  if (day === '*' && weekday === '1-5') return `Monday to Friday ${time}`
  if (day === '*' && /^\d(,\d)*$/.test(weekday)) return `Every ${listed(weekday.split(',').map((number) => DAYS[Number(number)] ?? number))} ${time}`
  if (weekday === '*' && /^\d+$/.test(day)) return `On day ${day} of each month ${time}`
  return `By the pattern ${pattern}`
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
