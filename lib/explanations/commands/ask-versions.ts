// Versions beside each other: what each would have said of this case.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database, type Session } from '@/lib/database'
import { desc, eq } from 'drizzle-orm'
import { isProblem, type FieldProblem } from '@/lib/platform/errors'
import type { Version } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import { compileValidator } from '@/lib/serving/rules'
import type { VersionAnswer } from '../contract/lookup'
import { askedDecision, reasonSettingsOf, type AskedDecision } from '../queries'
import { own, readReference, reasonTeller, triedAnswer } from '../rules'
import { explainedVersion, explainerPool } from './explainer'
import type { ReasonSettings } from '../contract'

/** The newest ones, beside the one that decided. */
const MOST_VERSIONS = 4
const MOST_REASONS = 3

/** The newest first. Fields that a version does not know are left out for it. */
export async function askVersions(actor: Principal | null, predictionId: string): Promise<VersionAnswer[]> {
  authorize(actor, 'read')
  const db = await database()
  const asked = await askedDecision(db, predictionId)
  const [versions, settings] = await Promise.all([comparedVersions(db, asked.version), reasonSettingsOf(db, asked.version.modelId)])
  return Promise.all(versions.map((version) => askVersion(version, asked, settings)))
}

async function comparedVersions(db: Session, decided: Version): Promise<Version[]> {
  const { versions } = db.tables(registryTables)
  const newest = await db.select().from(versions).where(eq(versions.modelId, decided.modelId)).orderBy(desc(versions.number)).limit(MOST_VERSIONS)
  return newest.some(({ id }) => id === decided.id) ? newest : [...newest, decided]
}

async function askVersion(version: Version, asked: AskedDecision, settings: ReasonSettings): Promise<VersionAnswer> {
  const { id, number, createdAt, signature } = version
  const head = { versionId: id, number, registeredAt: createdAt, isOwn: id === asked.version.id }
  const row = Object.fromEntries(signature.fields.map((field) => [field.name, own(asked.row, field.name) ?? null]))
  const problems: FieldProblem[] = []
  if (!head.isOwn && compileValidator(signature)(row, 'inputs', problems) === null) {
    return { ...head, said: null, problem: `It does not take this case: ${problems[0]?.message ?? 'its fields are others.'}` }
  }
  try {
    const { answer, explanation } = await explainerPool().ask(explainedVersion(version), 'what-if', { row })
    const said = triedAnswer(signature, answer, { signature: asked.version.signature, answered: asked.answered })
    const told = explanation ? reasonTeller({ signature, reference: readReference(signature, version.reference), settings })(row, explanation, said.label) : []
    const reasons = told.slice(0, MOST_REASONS).map(({ field, displayName, direction }) => ({ field, displayName, direction }))
    return { ...head, said: { ...said, reasons }, problem: null }
  } catch (error) {
    if (!isProblem(error) || error.code === 'explainer_unavailable') throw error
    return { ...head, said: null, problem: error.message }
  }
}
