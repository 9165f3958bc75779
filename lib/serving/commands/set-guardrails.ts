// Guardrails of a model in an environment: a new revision, never a change of an old one.
import { eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError, type FieldProblem } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import type { Signature } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import { releaseInForce } from '@/lib/releases/queries'
import { guardrailsSchema, type GuardrailRule, type Guardrails, type GuardrailsInput } from '../contract'
import { currentGuardrails } from '../queries/guardrails'
import { servingTables } from '../tables'

export async function setGuardrails(actor: Principal | null, input: GuardrailsInput): Promise<Guardrails> {
  authorize(actor, 'guardrail:write')
  const valid = parse(guardrailsSchema, input)
  const db = await database()
  const { models, environments } = db.tables(registryTables)
  const [model] = await db.select().from(models).where(eq(models.slug, valid.model))
  if (!model) throw notFound(`model called ${valid.model}`, 'model_unknown')
  const [environment] = await db.select().from(environments).where(eq(environments.name, valid.environment))
  if (!environment) throw notFound(`environment called ${valid.environment}`, 'environment_unknown')
  const problems = problemsOf(valid.rules, model.task, await signatureInForce(db, model.id, valid.environment))
  const [first] = problems
  if (first) throw new ProblemError('invalid', first.message, { code: 'guardrails_invalid', fields: problems })

  const saved = await db.write(async (tx) => {
    const before = await currentGuardrails(tx, model.id, valid.environment)
    const row = {
      modelId: model.id,
      environment: valid.environment,
      // Two who save at once take the same number, and the index lets one of them through.
      revision: before.revision + 1,
      rules: valid.rules,
      createdAt: now(),
      createdBy: actor.name,
    }
    await tx.insert(tx.tables(servingTables).guardrails).values({ id: newId(), ...row })
    await appendAuditEvent(tx, {
      actor,
      action: 'guardrails.set',
      target: { kind: 'guardrails', id: `${model.id}/${valid.environment}`, name: `${model.name} in ${valid.environment}` },
      modelId: model.id,
      before: { revision: before.revision, rules: before.rules },
      after: { revision: row.revision, rules: row.rules },
    })
    return row
  })
  await publish('guardrails.changed', { modelId: model.id, environment: valid.environment })
  return saved
}

/** Of the champion; rules may be set before anything is released, then the newest version's. */
async function signatureInForce(db: Session, modelId: string, environment: string): Promise<Signature | null> {
  const { versions } = db.tables(registryTables)
  const release = await releaseInForce(db, modelId, environment)
  const champion = release?.arms.find((arm) => arm.role === 'champion')
  const rows = await db
    .select({ id: versions.id, number: versions.number, signature: versions.signature })
    .from(versions)
    .where(champion ? eq(versions.id, champion.versionId) : eq(versions.modelId, modelId))
  return rows.sort((a, b) => b.number - a.number)[0]?.signature ?? null
}

function problemsOf(rules: readonly GuardrailRule[], task: string, signature: Signature | null): FieldProblem[] {
  if (rules.length > 0 && task === 'multiclass') {
    return [{ path: 'rules', rule: 'task', message: 'A model of several classes has no single answer to keep within limits.' }]
  }
  return rules.flatMap((rule, index) => {
    const problems: FieldProblem[] = []
    const add = (path: string, message: string) => problems.push({ path: `rules.${index}.${path}`, rule: 'field', message })
    const { limit, fallback } = rule
    if (limit.rule === 'output-relative') checkField(limit.field, 'limit.field', signature, add)
    if (fallback.kind === 'input-multiple') checkField(fallback.field, 'fallback.field', signature, add)
    if (task === 'binary' && fallback.kind === 'constant' && (fallback.value < 0 || fallback.value > 1)) {
      add('fallback.value', 'A probability lies between 0 and 1.')
    }
    if (limit.rule === 'output-range' && fallback.kind === 'constant' && isOutside(fallback.value, limit)) {
      add('fallback.value', 'The fixed value lies outside the limits it should keep.')
    }
    return problems
  })
}

function isOutside(value: number, { min, max }: { min: number | null; max: number | null }): boolean {
  return value < (min ?? -Infinity) || value > (max ?? Infinity)
}

function checkField(name: string, path: string, signature: Signature | null, add: (path: string, message: string) => void): void {
  if (!signature) return
  const field = signature.fields.find((one) => one.name === name)
  if (!field) add(path, `The model has no field ${name}.`)
  else if (field.type !== 'number' && field.type !== 'integer') add(path, `${name} is not a number, so no multiple of it can be a limit.`)
}
