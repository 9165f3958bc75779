// What many explanations say together. Nothing is written: explanations stored with predictions are read, and where there
// are none, reference rows are explained.
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import { database, type Session } from '@/lib/database'
import { byClass, byField, tallyImportance, tallyRows, type Grouping } from '../../queries/insights/global-importance'
import { readExplained } from '../../queries/insights/explained-rows'
import { fieldInQuestion, subjectOf, type Subject } from '../../queries/insights/question'
import { beeswarmFields } from '../../rules/insights/beeswarm'
import type { BeeswarmReport, Basis, DependenceReport, ExplainedRows, ImportanceReport, InsightQuestion } from '../../rules/insights/contract'
import { dependenceOf, maskedDependence, type ChosenPartner } from '../../rules/insights/dependence'
import { fieldImportances, importanceGroups, storedImportances } from '../../rules/insights/importance-report'
import { partnerStrengths } from '../../rules/insights/partner'
import type { Scale } from '../../contract'
import { referenceRows } from './reference-rows'

/** Below, a mean says little and a picture less: reference rows say more. */
const LEAST_LOGGED_ROWS = 20
const DEPENDENCE_ROWS = 1000

export async function importanceInsight(actor: Principal | null, model: string, asked: InsightQuestion & { by?: 'class' | 'field' | undefined; field?: string | undefined }): Promise<ImportanceReport> {
  authorize(actor, 'read')
  const db = await database()
  const subject = await subjectOf(db, model, asked)
  const { version, span, scale } = subject
  const { signature } = version
  const grouping = groupingOf(actor, subject, asked)
  const tallied = await tallyImportance(db, version, span, scale, grouping)
  if (tallied.scan.rows >= LEAST_LOGGED_ROWS) {
    const groups = grouping === null ? { groups: null, rowsLeftOut: 0 } : importanceGroups(signature, tallied.groups)
    return { ...head(subject, scale), basis: loggedBasis(subject, tallied.scan), fields: fieldImportances(signature, tallied.all), ...groups }
  }
  if (grouping === null && version.importance) {
    const { rows, scale: kept } = version.importance
    return { ...head(subject, kept), basis: referenceBasis(subject, rows, tallied.scan.logged), fields: storedImportances(signature, version.importance), groups: null, rowsLeftOut: 0 }
  }
  const reference = await referenceRows(version)
  const { all, groups } = tallyRows(reference.rows, grouping)
  const grouped = grouping === null ? { groups: null, rowsLeftOut: 0 } : importanceGroups(signature, groups)
  return { ...head(subject, reference.scale), basis: referenceBasis(subject, reference.rows.count, tallied.scan.logged), fields: fieldImportances(signature, all), ...grouped }
}

function groupingOf(actor: Principal, { version }: Subject, { by, field }: { by?: 'class' | 'field' | undefined; field?: string | undefined }): Grouping | null {
  if (by === 'class') return byClass(version)
  return by === 'field' && field !== undefined ? byField(version, field, may(actor, 'sensitive:read')) : null
}

export async function beeswarmInsight(actor: Principal | null, model: string, asked: InsightQuestion & { limit: number }): Promise<BeeswarmReport> {
  authorize(actor, 'read')
  const db = await database()
  const subject = await subjectOf(db, model, asked)
  const { rows, basis, scale } = await rowsOf(db, subject, asked.limit)
  return { ...head(subject, scale), basis, fields: beeswarmFields(subject.version.signature, rows, may(actor, 'sensitive:read')) }
}

export async function dependenceInsight(actor: Principal | null, model: string, asked: InsightQuestion & { field: string; partner?: string | undefined }): Promise<DependenceReport> {
  authorize(actor, 'read')
  const db = await database()
  const subject = await subjectOf(db, model, asked)
  const { signature } = subject.version
  const maySee = may(actor, 'sensitive:read')
  const { field, index } = fieldInQuestion(subject.version, asked.field, true)
  const about = { field: field.name, displayName: field.displayName, fieldUnit: field.unit ?? null }
  const { rows, basis, scale } = await rowsOf(db, subject, DEPENDENCE_ROWS)
  const facts = { ...head(subject, scale), basis, ...about }
  const chosen = field.isSensitive && !maySee ? null : partnerOf(subject, rows, index, asked.partner, maySee)
  const found = field.isSensitive && !maySee ? maskedDependence(signature, index) : dependenceOf(signature, rows, index, chosen, facts)
  if (!found) throw new Error('a field that was found is not there')
  return { ...facts, ...found }
}

function partnerOf({ version }: Subject, rows: ExplainedRows, index: number, asked: string | undefined, maySee: boolean): ChosenPartner | null {
  if (asked !== undefined) return { index: fieldInQuestion(version, asked, maySee).index, method: 'asked', strength: null }
  const visible = version.signature.fields.flatMap((field, place) => (field.isSensitive && !maySee ? [] : [place]))
  const [strongest] = partnerStrengths(version.signature, rows, index, visible)
  return strongest ? { index: strongest.index, method: 'variance', strength: strongest.share } : null
}

interface BasedRows {
  rows: ExplainedRows
  basis: Basis
  scale: Scale
}

/** Of the period, else of the reference. */
export async function rowsOf(db: Session, subject: Subject, most: number): Promise<BasedRows> {
  const { scan, rows } = await readExplained(db, subject.version, subject.span, { most, scale: subject.scale })
  if (scan.rows >= LEAST_LOGGED_ROWS) return { rows, basis: loggedBasis(subject, scan), scale: subject.scale }
  const reference = await referenceRows(subject.version)
  return { rows: reference.rows, basis: referenceBasis(subject, reference.rows.count, scan.logged), scale: reference.scale }
}

export function head({ model, version }: Pick<Subject, 'model' | 'version'>, scale: Scale) {
  return { model: model.slug, version: version.number, scale, unit: scale === 'value' ? (version.signature.scoreUnit ?? null) : null, isOfChosenClass: version.signature.task === 'multiclass' }
}

function loggedBasis({ span }: Subject, { rows, logged, isSample }: { rows: number; logged: number; isSample: boolean }): Basis {
  return { source: 'logged', from: span.from, to: span.to, rows, logged, isSample }
}

function referenceBasis({ span }: Subject, rows: number, logged: number): Basis {
  return { source: 'reference', from: span.from, to: span.to, rows, logged, isSample: false }
}
