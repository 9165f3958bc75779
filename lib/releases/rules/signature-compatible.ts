// Whether callers who send what the champion takes are understood by the candidate, and understand its answer.
import type { Field, Signature } from '@/lib/registry/contract'
import type { GateVerdict } from '../contract'

type Takes = Pick<Signature, 'fields' | 'task' | 'classes' | 'positiveClass' | 'scoreMeaning' | 'scoreUnit'>

/** What a difference means for callers: some calls break, or only a person should know. */
interface Differences {
  breaking: string[]
  notable: string[]
}

/** What callers sent the champion of late, counted. */
export interface ObservedCalls {
  days: number
  rows: number
  /** By field name: rows that left it out. */
  missing: Record<string, number>
}

/** `calls` is null where nothing was observed; then callers may send all that the champion takes. */
export function signatureCompatible(champion: Takes | null, candidate: Takes, calls: ObservedCalls | null = null): GateVerdict {
  const gate = 'signature-compatible'
  if (champion === null) {
    return {
      gate,
      verdict: 'passed',
      sentence: 'Nothing serves there yet, so no caller depends on a signature.',
      evidence: { figures: [{ name: 'fields the candidate takes', value: candidate.fields.length }] },
    }
  }
  const sent = new Map(champion.fields.map((field) => [field.name, field]))
  const taken = new Set(candidate.fields.map((field) => field.name))
  const ignored = champion.fields.filter((field) => !taken.has(field.name))
  const absent = candidate.fields.filter((field) => !sent.has(field.name))
  const needed = absent.filter(needsValue)
  const shared = candidate.fields.flatMap((field) => {
    const before = sent.get(field.name)
    return before ? [{ field, found: fieldDifferences(before, field, calls) }] : []
  })
  const answer = answerDifferences(champion, candidate)
  const breaking = [
    ...needed.map((field) => `${nameOf(field)} is required by the candidate, and no caller sends it.`),
    ...shared.flatMap(({ found }) => found.breaking),
    ...answer.breaking,
  ]
  const notable = [
    ...ignored.map((field) => `${nameOf(field)} is sent by callers, and the candidate ignores it.`),
    ...absent.filter((field) => !needsValue(field)).map((field) => `${nameOf(field)} is new and may be missing: until callers send it, the candidate answers without it.`),
    ...shared.flatMap(({ found }) => found.notable),
    ...answer.notable,
  ]
  return {
    gate,
    verdict: breaking.length > 0 ? 'failed' : notable.length > 0 ? 'warning' : 'passed',
    sentence: sentenceOf(breaking, notable, champion.fields.length),
    evidence: {
      figures: [
        { name: 'fields callers send', value: champion.fields.length },
        ...(calls === null ? [] : [{ name: `rows sent in ${calls.days} days`, value: calls.rows }]),
        { name: 'of them ignored by the candidate', value: ignored.length },
        { name: 'fields required that nobody sends', value: needed.length, limit: 0 },
        { name: 'changes that break calls', value: breaking.length, limit: 0 },
      ],
      details: [...breaking, ...notable],
    },
  }
}

function sentenceOf(breaking: readonly string[], notable: readonly string[], fields: number): string {
  const [first] = breaking
  if (first !== undefined) {
    return breaking.length === 1 ? `Calls would break. ${first}` : `Calls would break in ${breaking.length} ways. ${first}`
  }
  const [worth] = notable
  if (worth === undefined) return `The candidate takes the same ${fields} fields as the champion and answers in the same way.`
  return notable.length === 1 ? `No call breaks, but: ${worth}` : `No call breaks, but ${notable.length} things change. ${worth}`
}

function needsValue(field: Field): boolean {
  return field.isRequired || !field.mayBeMissing
}

function nameOf(field: Field): string {
  return field.displayName === field.name ? field.name : `${field.displayName} (${field.name})`
}

function fieldDifferences(before: Field, after: Field, calls: ObservedCalls | null): Differences {
  const name = nameOf(after)
  const breaking: string[] = []
  const notable: string[] = []
  const change = typeChange(before.type, after.type)
  const words = `${name} was ${TYPE_WORDS[before.type]} and becomes ${TYPE_WORDS[after.type]}`
  if (change === 'breaks') breaking.push(`${words}.`)
  if (change === 'narrows') notable.push(`${words}: values beyond that are refused or count as unknown.`)
  if (needsValue(after)) {
    const missing = calls?.missing[before.name] ?? 0
    if (missing > 0) breaking.push(`${name} is required by the candidate, and ${missing} of ${calls?.rows} rows of the last ${calls?.days} days left it out.`)
    else if (!needsValue(before)) notable.push(`${name} may not be missing any more${calls === null ? '' : '; no caller left it out of late'}.`)
  }
  if (after.min !== undefined && after.min > (before.min ?? -Infinity)) notable.push(`${name} must be at least ${after.min} now${was(before.min)}.`)
  if (after.max !== undefined && after.max < (before.max ?? Infinity)) notable.push(`${name} must be at most ${after.max} now${was(before.max)}.`)
  if (before.unit !== undefined && after.unit !== undefined && before.unit !== after.unit) {
    breaking.push(`${name} was in ${before.unit} and is now in ${after.unit}.`)
  }
  const unknown = after.categories && before.categories?.filter((category) => !after.categories?.includes(category))
  if (unknown && unknown.length > 0) {
    const list = unknown.slice(0, 5).join(', ') + (unknown.length > 5 ? ', …' : '')
    if (after.isClosed) breaking.push(`${name} refuses values that callers may send: ${list}.`)
    else notable.push(`${name} counts values as unknown that the champion knows: ${list}.`)
  }
  return { breaking, notable }
}

const TYPE_WORDS: Record<Field['type'], string> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'yes or no',
  category: 'a category',
  text: 'a text',
}

/** A whole number is a number, and a category is a text; the other way some values are lost. */
function typeChange(before: Field['type'], after: Field['type']): 'same' | 'narrows' | 'breaks' {
  if (before === after) return 'same'
  if (before === 'integer' && after === 'number') return 'same'
  if (before === 'number' && after === 'integer') return 'narrows'
  if (before === 'category' && after === 'text') return 'same'
  if (before === 'text' && after === 'category') return 'narrows'
  return 'breaks'
}

function was(limit: number | undefined): string {
  return limit === undefined ? '' : ` (was ${limit})`
}

function answerDifferences(before: Takes, after: Takes): Differences {
  if (before.task !== after.task) {
    return { breaking: [`The champion answers a ${before.task} question, the candidate a ${after.task} one.`], notable: [] }
  }
  const breaking: string[] = []
  const notable: string[] = []
  const classes = (signature: Takes) => (signature.classes ?? []).map(String).sort()
  if (classes(before).join('\n') !== classes(after).join('\n')) {
    breaking.push(`The answers change from ${classes(before).join(', ')} to ${classes(after).join(', ')}.`)
  } else if (String(before.positiveClass) !== String(after.positiveClass)) {
    breaking.push(`The score was the probability of ${before.positiveClass} and would be that of ${after.positiveClass}.`)
  }
  if (before.scoreUnit !== undefined && after.scoreUnit !== undefined && before.scoreUnit !== after.scoreUnit) {
    breaking.push(`The answer was in ${before.scoreUnit} and would be in ${after.scoreUnit}.`)
  }
  if (before.scoreMeaning !== after.scoreMeaning) {
    notable.push(`The score's meaning was “${before.scoreMeaning}” and becomes “${after.scoreMeaning}”.`)
  }
  return { breaking, notable }
}
