// Finds the parts of an answer in what a server said for one row, and checks them.
import type { ClassName } from '@/lib/onnx/classes'
import type { Answer } from '@/lib/onnx/decode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import type { AnswerPlaces, Place } from './endpoint'
import { RemoteFailure } from './failure'

/** Sums of probabilities in 32 bits end a little beyond. */
const SLACK = 1e-6

/** RFC 6901; undefined where nothing is there. */
export function pointed(value: unknown, pointer: string): unknown {
  let found = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return found
}

/** What stands at the place; lists and objects of one are looked through, as servers wrap single values. */
export function at(item: unknown, { output, column }: Place): unknown {
  const named = output === undefined ? unwrapped(item) : output.startsWith('/') ? pointed(item, output) : ownMember(item, output)
  if (column === undefined) return unwrapped(named)
  return Array.isArray(named) ? named[column] : column === 0 ? named : undefined
}

function ownMember(item: unknown, name: string): unknown {
  return typeof item === 'object' && item !== null && Object.hasOwn(item, name) ? (item as Record<string, unknown>)[name] : undefined
}

function unwrapped(value: unknown): unknown {
  let found = value
  while (typeof found === 'object' && found !== null) {
    const members: unknown[] = Array.isArray(found) ? found : Object.values(found)
    if (members.length !== 1) return found
    found = members[0]
  }
  return found
}

export type ReadAnswer = (item: unknown, row: number) => Answer

/** @throws RemoteFailure `invalid` from what it returns, where an item has no such answer */
export function compileAnswer(places: AnswerPlaces, signature: Pick<GraphSignature, 'task' | 'classes' | 'positiveClass'>): ReadAnswer {
  const { task, classes = [], positiveClass } = signature
  const byText = new Map(classes.map((name) => [String(name), name]))
  const label = (item: unknown, row: number, place: Place): ClassName => {
    const found = byText.get(textOf(at(item, place)) ?? '')
    if (found === undefined) throw refused(row, `no class of ${[...byText.keys()].slice(0, 10).join(', ')}`)
    return found
  }
  if (task === 'regression') {
    const place = places.value ?? {}
    return (item, row) => ({ value: numberAt(item, place, row) })
  }
  return (item, row) => {
    const answer: Answer = {}
    const probabilities = places.probabilities ? vectorAt(item, places.probabilities, row, classes.length) : places.probability ? pair(numberAt(item, places.probability, row), row, classes, positiveClass) : null
    if (probabilities) {
      answer.probabilities = Object.fromEntries(classes.map((name, index) => [String(name), probabilities[index] as number]))
      const positive = positiveClass === undefined ? -1 : classes.indexOf(positiveClass)
      if (positive >= 0) answer.score = probabilities[positive] as number
      answer.label = classes[probabilities.indexOf(Math.max(...probabilities))] as ClassName
    }
    if (places.label) answer.label = label(item, row, places.label)
    return answer
  }
}

/** 1, 1.0 and "1" are the class 1. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function numberAt(item: unknown, place: Place, row: number): number {
  const found = at(item, place)
  if (typeof found !== 'number' || !Number.isFinite(found)) throw refused(row, 'no finite number')
  return found
}

function vectorAt(item: unknown, place: Place, row: number, count: number): number[] {
  const found = at(item, place)
  if (!Array.isArray(found) || found.length !== count || !found.every((one) => typeof one === 'number' && Number.isFinite(one))) throw refused(row, `no list of ${count} probabilities`)
  return (found as number[]).map((one) => probability(one, row))
}

function pair(positive: number, row: number, classes: readonly ClassName[], positiveClass: ClassName | undefined): number[] {
  const share = probability(positive, row)
  return classes.map((name) => (name === positiveClass ? share : 1 - share))
}

function probability(value: number, row: number): number {
  if (value < -SLACK || value > 1 + SLACK) throw refused(row, 'a probability that is not between 0 and 1')
  return Math.min(1, Math.max(0, value))
}

function refused(row: number, what: string): RemoteFailure {
  return new RemoteFailure('invalid', `gave ${what} for row ${row + 1}.`)
}
