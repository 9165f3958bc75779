// Versions side by side: every figure that any of them has, those that differ first.
import type { Field, Importance, Version } from '../contract'

export interface ComparedRow {
  name: string
  /** One for each version in the given order; null where it has none. */
  values: (string | number | null)[]
  differs: boolean
}

export interface ComparedSection {
  title: string
  description: string
  rows: ComparedRow[]
  differences: number
}

export interface Comparison {
  versions: { id: string; number: number; createdAt: number }[]
  sections: ComparedSection[]
}

type Values = Record<string, string | number | null | undefined>

export function compareVersions(versions: readonly Version[]): Comparison {
  const section = (title: string, description: string, valuesOf: (version: Version) => Values): ComparedSection => {
    const rows = compareValues(versions.map(valuesOf))
    return { title, description, rows, differences: rows.filter((row) => row.differs).length }
  }
  return {
    versions: versions.map(({ id, number, createdAt }) => ({ id, number, createdAt })),
    sections: [
      section('Told at registration', 'As the person or pipeline that registered it said.', (version) => version.lineage.metrics ?? {}),
      section('Measured on reference rows', 'Each version on its own reference rows, by Flightdeck; rows it was trained on flatter it.', (version) => version.reference?.metrics ?? {}),
      section('Inputs', 'What a caller must send.', inputsOf),
      section('Answer', 'What a caller gets.', answerOf),
      importanceSection(versions, section),
      section('Parameters', 'Of the training run.', (version) => textsOf(version.lineage.parameters ?? {})),
      section('Lineage', 'Where it comes from.', lineageOf),
    ].filter((one) => one.rows.length > 0),
  }
}

function compareValues(all: readonly Values[]): ComparedRow[] {
  const names = [...new Set(all.flatMap((values) => Object.keys(values)))]
  const rows = names.map((name): ComparedRow => {
    const values = all.map((one) => (Object.hasOwn(one, name) ? (one[name] ?? null) : null))
    return { name, values, differs: values.some((value) => value !== values[0]) }
  })
  const present = rows.filter((row) => row.values.some((value) => value !== null))
  return [...present.filter((row) => row.differs), ...present.filter((row) => !row.differs)]
}

function inputsOf({ signature }: Version): Values {
  return Object.fromEntries(signature.fields.map((field) => [field.name, inputInWords(field)]))
}

function inputInWords(field: Field): string {
  const range = field.min === undefined && field.max === undefined ? null : `${field.min ?? '…'} to ${field.max ?? '…'}`
  const categories = field.categories === undefined ? null : `${field.categories.length} categories: ${field.categories.join(', ')}`
  const parts = [field.type, field.unit, range, field.isRequired ? 'required' : 'may be missing', field.isSensitive ? 'sensitive' : null, categories]
  return parts.filter((part) => part !== null && part !== undefined && part !== '').join('; ')
}

function answerOf({ signature }: Version): Values {
  const { decision } = signature
  return {
    task: signature.task,
    classes: signature.classes?.join(', '),
    'positive class': signature.positiveClass === undefined ? undefined : String(signature.positiveClass),
    meaning: signature.scoreMeaning,
    unit: signature.scoreUnit,
    decision: decision && `from ${decision.threshold}: ${decision.above}; below: ${decision.below}`,
  }
}

/** Written in per cent; the other section is in the unit of the scale. */
export const IMPORTANCE_SHARES = 'Global importance, as shares'

const SCALE_WORDS = { margin: 'in log-odds', probability: 'to the probability', value: 'to the answer' }

/** Log-odds and probabilities cannot be compared; which part of all movement a field has can. */
function importanceSection(versions: readonly Version[], section: (title: string, description: string, valuesOf: (version: Version) => Values) => ComparedSection): ComparedSection {
  const scales = [...new Set(versions.flatMap(({ importance }) => importance?.scale ?? []))]
  const [scale] = scales
  if (scales.length <= 1) return section('Global importance', `Mean absolute contribution ${SCALE_WORDS[scale ?? 'value']}.`, ({ importance }) => importanceOf(importance, 1))
  return section(IMPORTANCE_SHARES, 'Share of all movement: these versions are explained on different scales, whose numbers cannot be compared.', ({ importance }) =>
    importanceOf(importance, (importance?.values ?? []).reduce((sum, value) => sum + value.meanAbsolute, 0)),
  )
}

function importanceOf(importance: Importance | null, total: number): Values {
  return Object.fromEntries((importance?.values ?? []).map(({ field, meanAbsolute }) => [field, total === 0 ? 0 : meanAbsolute / total]))
}

function lineageOf({ lineage, artifactHash, artifactBytes, createdByName, description }: Version): Values {
  return {
    description: description === '' ? undefined : description,
    'registered by': createdByName,
    repository: lineage.repository,
    commit: lineage.commit,
    dataset: lineage.dataset,
    period: lineage.period && `${lineage.period.from} to ${lineage.period.to}`,
    rows: lineage.rows,
    'data hash': lineage.dataHash,
    run: lineage.runId,
    'file SHA-256': artifactHash,
    'file bytes': artifactBytes,
  }
}

function textsOf(record: Record<string, string | number | boolean | null>): Values {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, typeof value === 'boolean' ? String(value) : value]))
}
