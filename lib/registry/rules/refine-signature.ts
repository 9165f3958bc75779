// What the graph says, refined by what the person who registers the version says.
import type { GraphSignature, SignatureField } from '@/lib/onnx/signature'
import { ProblemError, type FieldProblem } from '@/lib/platform/errors'
import type { Field, FieldMetadata, Signature, VersionMetadata } from '../contract'

/** Throws `metadata_does_not_fit` naming every member that contradicts the file. */
export function refineSignature(graph: GraphSignature, metadata: VersionMetadata): Signature {
  const problems: FieldProblem[] = []
  const given = metadata.fields ?? {}
  const known = new Set(graph.fields.map((field) => field.name))
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue
    problems.push({
      path: `metadata.fields.${name}`,
      rule: 'unknown_field',
      message: `The model has no input ${name}. Its inputs are ${listed(graph.fields.map((field) => field.name))}.`,
    })
  }
  const fields = graph.fields.map((field) => refineField(field, own(given, field.name) ?? {}, problems))
  checkAnswer(graph, metadata, problems)
  const [first] = problems
  if (first) {
    throw new ProblemError('invalid', first.message, { code: 'metadata_does_not_fit', fields: problems })
  }
  const { classNames, scoreUnit, decision } = metadata
  return {
    ...graph,
    fields,
    scoreMeaning: metadata.scoreMeaning ?? meaningOf(graph, classNames),
    ...(classNames === undefined ? {} : { classNames }),
    ...(scoreUnit === undefined ? {} : { scoreUnit }),
    ...(decision === undefined ? {} : { decision }),
  }
}

function refineField(field: SignatureField, said: FieldMetadata, problems: FieldProblem[]): Field {
  const refuse = (member: string, rule: string, message: string) =>
    problems.push({ path: `metadata.fields.${field.name}.${member}`, rule, message })
  const isNumeric = field.type === 'number' || field.type === 'integer'
  const { min, max, categories } = said
  if (!isNumeric && (min !== undefined || max !== undefined)) {
    refuse(min === undefined ? 'max' : 'min', 'not_a_number_field', `${field.name} is ${wordOf(field)}, so it has no range.`)
  }
  if (min !== undefined && max !== undefined && min > max) {
    refuse('min', 'range', `The smallest value of ${field.name} is above its largest.`)
  }
  if (said.isRequired === false && !field.mayBeMissing) {
    refuse('isRequired', 'required_by_model', `The model has no answer without ${field.name}, so it must be required.`)
  }
  const isClosed = said.isClosed ?? false
  if (isClosed && field.categories === undefined && categories === undefined) {
    refuse('isClosed', 'no_categories', `${field.name} cannot be closed: no categories are known. List them under categories.`)
  }
  return {
    ...field,
    displayName: said.displayName || humanName(field.name),
    isSensitive: said.isSensitive ?? false,
    isActionable: said.isActionable ?? false,
    isRequired: said.isRequired ?? !field.mayBeMissing,
    isClosed,
    ...(said.unit ? { unit: said.unit } : {}),
    ...(said.description ? { description: said.description } : {}),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(categories === undefined ? {} : { categoryLabels: categories }),
  }
}

function checkAnswer(graph: GraphSignature, metadata: VersionMetadata, problems: FieldProblem[]): void {
  const { classNames, decision } = metadata
  const classes = (graph.classes ?? []).map(String)
  for (const name of Object.keys(classNames ?? {})) {
    if (classes.includes(name)) continue
    const message =
      classes.length === 0
        ? 'This model has no classes to name.'
        : `The model has no class ${name}. Its classes are ${listed(classes)}.`
    problems.push({ path: `metadata.classNames.${name}`, rule: 'unknown_class', message })
  }
  if (decision === undefined) return
  if (graph.task === 'multiclass') {
    problems.push({
      path: 'metadata.decision',
      rule: 'no_single_score',
      message: 'A model of several classes has no single score to decide by. Leave the decision out.',
    })
  } else if (graph.task === 'binary' && (decision.threshold < 0 || decision.threshold > 1)) {
    problems.push({
      path: 'metadata.decision.threshold',
      rule: 'range',
      message: 'The threshold of a probability lies between 0 and 1.',
    })
  }
}

function meaningOf(graph: GraphSignature, classNames: Record<string, string> | undefined): string {
  if (graph.task === 'regression') return 'predicted value'
  if (graph.task === 'multiclass') return 'predicted class'
  const positive = String(graph.positiveClass ?? 1)
  return `probability of ${own(classNames ?? {}, positive) ?? `class ${positive}`}`
}

/** `credit_amount` → `Credit amount`. */
export function humanName(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_\-.\s]+/g, ' ').trim().toLowerCase()
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1)
}

function wordOf(field: SignatureField): string {
  return { category: 'a category', text: 'a text', boolean: 'true or false', number: 'a number', integer: 'a whole number' }[field.type]
}

function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

const MOST_LISTED = 30

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).join(', ')
  return names.length > MOST_LISTED ? `${shown} and ${names.length - MOST_LISTED} more` : shown
}
