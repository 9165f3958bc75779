/**
 * How a cell of the graph is made of what can be explained exactly: a weighted sum of trees' sums and of weighted sums
 * of columns, and what turns that margin into the cell. Only operators that keep a sum a sum are followed.
 */
import type { TreeEnsemble } from '../trees/ensemble'
import type { Linear } from './operators/linear'

/** answer = link(margin); for `softmax` over three and more classes the margin is this class's raw score. */
export type Link = 'identity' | 'logistic' | 'softmax' | 'exponential'

/** Trees or weighted sums, and the value of the graph whose columns they look at. */
export type Core = ({ kind: 'trees'; ensemble: TreeEnsemble } | { kind: 'linear'; linear: Linear }) & {
  id: number
  input: string
  /** What the columns are rounded to before they are looked at. */
  precision: 'float32' | 'float64'
}

export interface Term {
  core: Core
  /** A target of the trees, or an output of the weighted sums. */
  target: number
  factor: number
}

export interface Sum {
  constant: number
  terms: readonly Term[]
  /** The constants' sizes and the number of float32 operations, for what rounding may come to. */
  constantSize: number
  operations: number
}

export interface Form extends Sum {
  link: Link
  /** Of a softmax: the margins of all classes. */
  classes?: readonly Sum[]
}

export function isForm(form: Form | string): form is Form {
  return typeof form !== 'string'
}

/** One sum of a core. */
export function formOf(core: Core, target: number, factor = 1, constant = 0, link: Link = 'identity'): Form {
  return { link, constant, constantSize: Math.abs(constant), operations: 2, terms: [{ core, target, factor }] }
}

/** factor x answer + constant; what cannot be said as a margin behind the same link is a reason. */
export function moved(form: Form | string, factor: number, constant: number): Form | string {
  if (!isForm(form) || (factor === 1 && constant === 0)) return form
  if (form.link === 'identity') return { ...scaled(form, factor, constant), link: 'identity' }
  // 1 - logistic(margin) = logistic(-margin)
  if (form.link === 'logistic' && factor === -1 && constant === 1) return { ...scaled(form, -1, 0), link: 'logistic' }
  if (form.link === 'exponential' && factor > 0 && constant === 0)
    return { ...scaled(form, 1, Math.log(factor)), link: 'exponential' }
  return `the answer is a ${NAMES[form.link]} that is scaled or moved`
}

const NAMES: Record<Link, string> = {
  identity: 'sum',
  logistic: 'probability',
  softmax: 'softmax',
  exponential: 'power of e',
}

function scaled({ constant, constantSize, terms, operations }: Sum, factor: number, added: number): Sum {
  return {
    constant: factor * constant + added,
    constantSize: Math.abs(factor) * constantSize + Math.abs(added),
    operations: operations + 2,
    terms: terms.map((term) => ({ ...term, factor: factor * term.factor })),
  }
}

/** Against the work of looking at one cell. */
const TERM_COST = 8
/** A model has fewer: each is a cell (builder.ts). */
const MOST_TARGETS = 2 ** 21

/** Sum of answers, each with its factor; terms of the same sum are joined, so that no graph makes them grow. */
export function added(
  parts: readonly { form: Form | string; factor: number }[],
  spend: (cost: number) => void,
): Form | string {
  const [first, second] = parts
  if (parts.length === 2 && first && second && first.factor === second.factor && areOpposite(first.form, second.form))
    return { link: 'identity', constant: first.factor, constantSize: first.factor, operations: 2, terms: [] }
  const terms = new Map<number, Term>()
  let [constant, constantSize, operations] = [0, 0, parts.length]
  for (const { form, factor } of parts) {
    if (!isForm(form)) return form
    if (form.link !== 'identity') return `the answer is a ${NAMES[form.link]} added to something`
    spend(TERM_COST * (form.terms.length + 1))
    constant += factor * form.constant
    constantSize += Math.abs(factor) * form.constantSize
    operations = Math.max(operations, parts.length + form.operations)
    for (const term of form.terms) {
      const key = term.core.id * MOST_TARGETS + term.target
      const own = (terms.get(key)?.factor ?? 0) + factor * term.factor
      terms.set(key, { core: term.core, target: term.target, factor: own })
    }
  }
  return { link: 'identity', constant, constantSize, operations, terms: [...terms.values()] }
}

/** Two probabilities that add up to one: logistic functions of a margin and of its opposite. */
function areOpposite(one: Form | string, other: Form | string): boolean {
  if (!isForm(one) || !isForm(other) || one.link !== 'logistic' || other.link !== 'logistic') return false
  let constant = one.constant + other.constant
  const left = new Map<string, number>()
  const add = (key: string, factor: number) => left.set(key, (left.get(key) ?? 0) + factor)
  for (const { core, target, factor } of [...one.terms, ...other.terms]) {
    if (core.kind === 'trees') {
      add(`${core.id}:${target}`, factor)
      continue
    }
    const { width, weights, constants } = core.linear
    constant += factor * (constants[target] as number)
    for (let column = 0; column < width; column++)
      add(`${core.id}:${column}`, factor * (weights[target * width + column] as number))
  }
  return constant === 0 && [...left.values()].every((factor) => factor === 0)
}

/** Behind Sigmoid or Exp. */
export function linked(form: Form | string, link: 'logistic' | 'exponential'): Form | string {
  if (!isForm(form)) return form
  if (form.link !== 'identity') return `the answer is a ${NAMES[link]} of a ${NAMES[form.link]}`
  return { ...form, link }
}

/** Of all cells of a row. Of two classes the softmax is the logistic function of the difference. */
export function softmaxed(forms: readonly (Form | string)[], spend: (cost: number) => void): (Form | string)[] {
  const reason = forms.find((form) => !isForm(form))
  if (reason !== undefined) return forms.map(() => reason)
  const sums = forms.filter(isForm)
  const other = sums.find(({ link }) => link !== 'identity')
  if (other) return forms.map(() => `the answer is a softmax of a ${NAMES[other.link]}`)
  const [first, second] = sums
  if (sums.length === 2 && first && second) {
    const difference = (one: Form, less: Form) =>
      linked(added([{ form: one, factor: 1 }, { form: less, factor: -1 }], spend), 'logistic')
    return [difference(first, second), difference(second, first)]
  }
  return sums.map((sum) => ({ ...sum, link: 'softmax', classes: sums }))
}

/** Behind a division of each by the sum of all: a softmax adds up to one already, but for rounding. */
export function normalized(forms: readonly (Form | string)[], opType: string): (Form | string)[] {
  const [first] = forms
  const isWhole =
    first !== undefined &&
    isForm(first) &&
    first.classes?.length === forms.length &&
    forms.every((form) => isForm(form) && form.classes === first.classes)
  return isWhole ? [...forms] : forms.map(() => `the answer comes from ${opType}`)
}
