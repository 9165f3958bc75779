// What many explanations say together. Nothing is written: explanations stored with predictions are read, and where there
// are none, reference rows are explained.
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { byClass, byField, tallyImportance, tallyRows, type Grouping } from '../../queries/insights/global-importance'
import { fieldInQuestion, subjectOf, type Subject } from '../../queries/insights/question'
import { beeswarmFields } from '../../rules/insights/beeswarm'
import type { BeeswarmReport, DependenceReport, ExplainedRows, ImportanceReport, InsightQuestion } from '../../rules/insights/contract'
import { dependenceOf, maskedDependence, type ChosenPartner } from '../../rules/insights/dependence'
import { fieldImportances, importanceGroups, storedImportances } from '../../rules/insights/importance-report'
import { partnerStrengths } from '../../rules/insights/partner'
import { strongestPartner } from '../../rules/insights/interaction-report'
import { head, LEAST_LOGGED_ROWS, loggedBasis, referenceBasis, rowsOf } from './explained-subject'
import { interactionsOf } from './explain-interactions'
import { referenceRows } from './reference-rows'

const DEPENDENCE_ROWS = 1000
/** Of those, the ones whose interactions choose the partner, within what nobody notices. */
const PARTNER_ROWS = 30
const PARTNER_BUDGET_MS = 700

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
  const chosen = field.isSensitive && !maySee ? null : await partnerOf(subject, rows, index, asked.partner, maySee)
  const found = field.isSensitive && !maySee ? maskedDependence(signature, index) : dependenceOf(signature, rows, index, chosen, facts)
  if (!found) throw new Error('a field that was found is not there')
  return { ...facts, ...found }
}

/** By exact interaction values where the version has them, else by what explains the spread at equal values. */
async function partnerOf(subject: Subject, rows: ExplainedRows, index: number, asked: string | undefined, maySee: boolean): Promise<ChosenPartner | null> {
  const { version } = subject
  const { fields } = version.signature
  if (asked !== undefined) return { index: fieldInQuestion(version, asked, maySee).index, method: 'asked', strength: null }
  const visible = fields.flatMap((field, place) => (field.isSensitive && !maySee ? [] : [place]))
  if (version.explainability?.kind === 'exact' && version.files.background !== undefined) {
    const found = await interactionsOf(subject, rows, PARTNER_BUDGET_MS, PARTNER_ROWS)
    const strongest = strongestPartner(found.meanAbsolutes, fields.length, index, visible)
    return strongest && { ...strongest, method: 'interaction' }
  }
  const [strongest] = partnerStrengths(version.signature, rows, index, visible)
  return strongest ? { index: strongest.index, method: 'variance', strength: strongest.share } : null
}
