// A request and its response, made by another engine, as rows of the log: by the version that was released at their time.
import { and, eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import type { Session } from '@/lib/database'
import type { Answer } from '@/lib/onnx/decode'
import { isProblem, type FieldProblem } from '@/lib/platform/errors'
import type { ProfileShape } from '@/lib/math/profile'
import type { Signature } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import type { Release } from '@/lib/releases/contract'
import { releaseInForce } from '@/lib/releases/queries'
import type { ProfiledRow } from '../log'
import { compileValidator, extraOf, profileValues, scoreOf, shapeOf, type RowValidator } from '../rules'
import { ingestedId } from '../rules/ingested-id'
import type { IngestedModel } from './attribution'
import type { HalfContent } from './ingest-served'

/** What the bodies of a pair say of one row. */
export interface ServedRowGiven {
  /** By field name. */
  row: Readonly<Record<string, unknown>>
  subject: string | null
  answer: Answer
}

export interface OpenedPair {
  /** The number of the version that answered, where the response says so in a number. */
  version: number | null
  /** Throws ProblemError for what cannot be read. */
  rows(signature: Signature): readonly ServedRowGiven[]
}

/** Reads the bodies as far as they can be without the version. Throws ProblemError. */
export type PairReader = (request: string, response: string) => OpenedPair

export interface ServedPair {
  key: string
  model: IngestedModel
  environment: string
  at: number
  request: HalfContent
  response: HalfContent
}

export interface Refused {
  code: string
  message: string
}

interface KnownVersion {
  id: string
  number: number
  signature: Signature
  shape: ProfileShape
  validate: RowValidator
}

/** Reads pairs one after another; versions and releases that it met once are at hand for the next. */
export function pairReader(db: Session, actor: Principal, open: PairReader): (pair: ServedPair) => Promise<ProfiledRow[] | Refused> {
  const versions = new Map<string, Promise<KnownVersion | null>>()
  const releases = new Map<string, Release[]>()

  async function releaseAt(modelId: string, environment: string, at: number): Promise<Release | null> {
    const key = `${modelId}\n${environment}`
    const known = releases.get(key)?.find((release) => release.startedAt <= at && (release.endedAt === null || at < release.endedAt))
    if (known) return known
    const found = await releaseInForce(db, modelId, environment, at)
    if (found) releases.set(key, [found, ...(releases.get(key) ?? [])])
    return found
  }

  function versionOf(modelId: string, number: number): Promise<KnownVersion | null> {
    const key = `${modelId}\n${number}`
    let version = versions.get(key)
    if (!version) versions.set(key, (version = loadKnown(db, modelId, number)))
    return version
  }

  return async (pair) => {
    try {
      const opened = open(pair.request.body, pair.response.body)
      const release = await releaseAt(pair.model.id, pair.environment, pair.at)
      const number = answeredBy(release, pair, opened.version)
      const version = number === null ? null : await versionOf(pair.model.id, number)
      if (!version) return { code: 'nothing_released', message: `At that time no version of ${pair.model.slug} was released in ${pair.environment}, and the event names none.` }
      const isReleased = release?.arms.some((arm) => arm.versionId === version.id) ?? false
      return recordsOf(pair, opened.rows(version.signature), version, isReleased ? (release?.id ?? null) : null, `${actor.kind}:${actor.id}`)
    } catch (error) {
      if (isProblem(error)) return { code: error.code, message: error.message }
      throw error
    }
  }
}

/** What the sender says, where it names a version of ours; else the champion, or the challenger where it says canary. */
function answeredBy(release: Release | null, { request, response }: ServedPair, told: number | null): number | null {
  const asked = request.version ?? response.version
  if (asked !== null) return asked
  const arms = release?.arms ?? []
  if (told !== null && (arms.length === 0 || arms.some((arm) => arm.versionNumber === told))) return told
  const challengers = arms.filter((arm) => arm.role === 'challenger')
  const arm = response.isChallenger && challengers.length === 1 ? challengers[0] : arms.find(({ role }) => role === 'champion')
  return arm?.versionNumber ?? null
}

async function loadKnown(db: Session, modelId: string, number: number): Promise<KnownVersion | null> {
  const { versions } = db.tables(registryTables)
  const [row] = await db
    .select({ id: versions.id, signature: versions.signature, reference: versions.reference })
    .from(versions)
    .where(and(eq(versions.modelId, modelId), eq(versions.number, number)))
  if (!row) return null
  const { id, signature, reference } = row
  return { id, number, signature, shape: shapeOf(signature, reference), validate: compileValidator(signature) }
}

function recordsOf(pair: ServedPair, given: readonly ServedRowGiven[], version: KnownVersion, releaseId: string | null, caller: string): ProfiledRow[] | Refused {
  const { key, model, environment, at, request, response } = pair
  const problems: FieldProblem[] = []
  const latencyMicros = Math.max(0, Math.round(response.atMicros - request.atMicros))
  const rows = given.map(({ row, subject, answer }, index): ProfiledRow => {
    const inputs = version.validate(row, `rows[${index}]`, problems) ?? []
    const record = {
      id: ingestedId(at, key, index),
      at,
      modelId: model.id,
      versionId: version.id,
      releaseId,
      channel: 'ingested' as const,
      environment,
      caller,
      subject: subject ?? request.subject ?? response.subject,
      requestId: request.requestId,
      inputs,
      label: answer.label === undefined ? null : String(answer.label),
      score: scoreOf(version.signature, answer),
      modelScore: null,
      extra: extraOf(answer),
      latencyMicros,
    }
    return { record, shape: version.shape, values: profileValues(version.signature, inputs, record), attributions: null }
  })
  const [first] = problems
  return first ? { code: 'inputs_invalid', message: `${first.path}: ${first.message}` } : rows
}
