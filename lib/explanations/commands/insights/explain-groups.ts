// Why two groups of predictions have different scores, decomposed by field with one version's explanations.
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import { database, type Session } from '@/lib/database'
import { formatSpan } from '../../rules/insights/span-words'
import { loggedByVersion, readExplained, type LogSpan, type Scan } from '../../queries/insights/explained-rows'
import { checkSpan, fieldInQuestion, subjectOf, type Subject } from '../../queries/insights/question'
import { bandingOf, referenceColumn } from '../../rules/insights/bands'
import type { ExplainedRows, GroupAnswer, GroupFacts, groupsQuestionSchema } from '../../rules/insights/contract'
import { groupDifference, groupSentence, shortened } from '../../rules/insights/group-difference'
import type { InputValue } from '../../rules'
import type { z } from 'zod'
import { head } from './explained-subject'

export type GroupsQuestion = z.output<typeof groupsQuestionSchema>

/** Of each group's period; both in memory at once. */
const MOST_ROWS = 30_000
const LEAST_ROWS = 20

interface Condition {
  label: string | null
  keep: (inputs: InputValue[]) => boolean
}

interface ReadGroup {
  facts: Omit<GroupFacts, 'mean'>
  rows: ExplainedRows
}

export async function groupsInsight(actor: Principal | null, model: string, asked: GroupsQuestion): Promise<GroupAnswer> {
  authorize(actor, 'read')
  const db = await database()
  const subject = await subjectOf(db, model, asked)
  const maySee = may(actor, 'sensitive:read')
  const { span, version } = subject
  const otherSpan: LogSpan = { environment: span.environment, from: asked.otherFrom ?? span.from, to: asked.otherTo ?? span.to }
  checkSpan(otherSpan.from, otherSpan.to)
  const conditions = { group: conditionOf(subject, asked.field, asked.value, maySee), other: conditionOf(subject, asked.otherField, asked.otherValue, maySee) }
  const isSamePeriod = span.from === otherSpan.from && span.to === otherSpan.to
  const group = await readGroup(db, subject, span, conditions.group, isSamePeriod)
  const other = await readGroup(db, subject, otherSpan, conditions.other, isSamePeriod)
  for (const one of [group, other]) if (one.rows.count < LEAST_ROWS) return { comparison: null, refusal: tooSmall(version.number, one.facts) }
  const asksOf = head(subject, subject.scale)
  const { means, fields, ...difference } = groupDifference(version.signature, group.rows, other.rows, asksOf, maySee)
  const facts = { group: { ...group.facts, mean: means.group }, other: { ...other.facts, mean: means.other } }
  const sentence = groupSentence({ ...difference, fields }, asksOf, { group: facts.group.label, other: facts.other.label })
  const shown = fields.map((field) => ({ ...field, group: shortened(field.group), other: shortened(field.other) }))
  return { comparison: { ...asksOf, ...facts, ...difference, fields: shown, sentence }, refusal: null }
}

function conditionOf({ version }: Subject, name: string | undefined, wanted: string | undefined, maySee: boolean): Condition {
  if (name === undefined || wanted === undefined) return { label: null, keep: () => true }
  const { field, index } = fieldInQuestion(version, name, maySee)
  const { bandOf } = bandingOf(field, referenceColumn(version.signature, version.reference, name))
  const condition: Condition = {
    label: null,
    keep(inputs) {
      const band = bandOf(inputs[index])
      if (band.key !== wanted) return false
      condition.label = `${field.displayName} ${band.label}`
      return true
    },
  }
  return condition
}

async function readGroup(db: Session, subject: Subject, span: LogSpan, condition: Condition, isSamePeriod: boolean): Promise<ReadGroup> {
  const { rows, scan } = await readExplained(db, subject.version, span, { most: MOST_ROWS, scale: subject.scale }, condition.keep)
  const { others } = await loggedByVersion(db, subject.version, span)
  const period = formatSpan(span)
  const label = condition.label === null ? (isSamePeriod ? 'all predictions' : period) : isSamePeriod ? condition.label : `${condition.label}, ${period}`
  return { rows, facts: { label, ...factsOf(rows, scan, span), rowsOfOtherVersions: others } }
}

function factsOf(rows: ExplainedRows, scan: Scan, span: LogSpan): Pick<GroupFacts, 'rows' | 'from' | 'to' | 'isSample' | 'meanScore'> {
  const scores = rows.scores.filter((score) => score !== null)
  const meanScore = scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length
  return { rows: rows.count, from: span.from, to: span.to, isSample: scan.isSample, meanScore }
}

function tooSmall(version: number, facts: Omit<GroupFacts, 'mean'>): string {
  const others = facts.rowsOfOtherVersions > 0 ? ` Other versions answered ${facts.rowsOfOtherVersions} predictions there; one version must explain both groups, so choose another version or period.` : ''
  return `The group “${facts.label}” has ${facts.rows} explained predictions of version ${version}, and at least ${LEAST_ROWS} are needed.${others}`
}
