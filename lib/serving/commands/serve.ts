// Serving, whatever protocol asks: find who answers, let the call in, check the rows, run the model, guard, explain, log,
// and only then answer. lib/protocols and predict.ts turn what comes over the wire into a ServeCall, and back.
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import type { ExactExplanation } from '@/lib/inference/exact-explainer'
import type { Answer } from '@/lib/inference/session'
import { attributionValues } from '@/lib/math/attribution-profile'
import { now } from '@/lib/platform/clock'
import { isProblem, ProblemError, type FieldProblem } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { logger } from '@/lib/platform/logging'
import type { Channel, GuardrailHit, PredictedReason, PredictWarning } from '../contract'
import { explainer } from '../explainer'
import { admit, beforeDeadline, callerOf, type Admission } from '../limits'
import { answerWithoutLog, predictionLog, type ProfiledRow } from '../log'
import { routing, type Arm, type Route, type ServedVersion } from '../routing'
import { extraOf, invalid, MOST_PROBLEMS, profileValues, scoreOf, withScore, type InputValue, type Locale } from '../rules'
import { encodeExplanation, topReasonOf } from '../rules/served-explanation'

/** What a protocol asks for. */
export interface ServeCall {
  /** The model's slug. */
  model: string
  environment: string
  /** The number of the version that must answer; null for the one that the release in force chooses. */
  version: number | null
  /** Records by field name, checked here. */
  rows: readonly unknown[]
  /** Where a row stands in the body, such as `inputs[3]`, for the sentences about it. */
  pathOf(row: number): string
  /** Of each row, or one for all. */
  subjects: readonly (string | null)[] | string | null
  requestId: string | null
  /** Give the reasons with the answer. */
  explain: boolean
  locale: Locale
}

/** What is known of a call beside what it asks. */
export interface Circumstances {
  /** performance.now() when its first byte was seen. */
  arrived: number
  /** Of the body as it came. */
  bytes: number
  /** X-Request-Timeout-Ms, where it was sent. */
  timeoutMs: number | null
  /** Headers that go with the answer, good or not; filled on the way. */
  headers: Record<string, string>
  channel?: Channel
}

/** One answered row. It is in the log. */
export interface ServedRow {
  id: string
  version: ServedVersion
  /** As it was given. */
  row: Readonly<Record<string, unknown>>
  /** What is answered: the model's word, or the fallback's where a guardrail caught it. */
  answer: Answer
  hit: GuardrailHit | null
  /** With `explain`: null where the explainer could not answer. */
  reasons: PredictedReason[] | null
}

export interface Served {
  route: Route
  rows: ServedRow[]
  warnings: PredictWarning[]
}

/** One row of the call with the arm that serves it. */
interface CheckedRow {
  arm: Arm
  row: Readonly<Record<string, unknown>>
  inputs: InputValue[]
}

interface AnsweredRow {
  served: ServedRow
  /** The environment's policy wants it explained. */
  isExplained: boolean
  explanation: ExactExplanation | null
  logged: ProfiledRow
}

export async function serve(actor: Principal | null, call: ServeCall, circumstances: Circumstances): Promise<Served> {
  const at = now()
  authorize(actor, 'predict')
  const table = routing()
  const route =
    call.version === null
      ? (table.known(call.model, call.environment) ?? (await table.find(call.model, call.environment)))
      : await table.findVersion(call.model, call.environment, call.version, may(actor, 'predict:unreleased'))
  const known: Known = { at, caller: callerOf(actor), channel: circumstances.channel ?? 'online', circumstances }
  const { arrived, bytes, timeoutMs, headers } = circumstances
  let admission: Admission | undefined
  try {
    const admitted = admit(actor, route, { rows: call.rows.length, bytes, timeoutMs, arrived }, headers)
    // A promise costs as much as the checks: most calls are let in at once.
    admission = admitted instanceof Promise ? await admitted : admitted
    const held = holdRows(route, call) ?? (await holdRowsAgain(route, call))
    const answered = await answerRows(held, call, known, admission.deadline)
    const unlogged = await log(held.route, answered, known)
    admission.answered()
    const rows = answered.map((row) => row.served)
    if (unlogged !== null) return { route: held.route, rows, warnings: unlogged }
    const warnings = call.explain ? await addReasons(answered, call.locale) : NO_WARNINGS
    if (!call.explain) explainLater(answered)
    return { route: held.route, rows, warnings }
  } catch (error) {
    countRefused(route, at, error)
    predictionLog().countRefused(known.caller, route.model.id, route.environment, known.channel, at)
    if (isProblem(error)) error.headers = headers
    throw error
  } finally {
    admission?.finish()
  }
}

const NO_WARNINGS: PredictWarning[] = []

/** Counts a call that was refused before it was understood, where the model and environment it was meant for are known. */
export function countUnread(model: string, environment: string, error: unknown): void {
  const route = routing().last(model, environment)
  if (route) countRefused(route, now(), error)
}

function countRefused(route: Route, at: number, error: unknown): void {
  predictionLog().countError(route.model.id, route.environment, at, isProblem(error) ? error.code : 'internal')
}

interface Known {
  at: number
  caller: string
  channel: Channel
  circumstances: Circumstances
}

/** Rows with the versions that answer them, which stay open until they are let go. */
interface HeldRows {
  route: Route
  rows: CheckedRow[]
  versions: readonly ServedVersion[]
}

/** Null where a version was closed meanwhile. */
function holdRows(route: Route, call: ServeCall): HeldRows | null {
  const rows = checkRows(route, call)
  const versions = hold(rows)
  return versions && { route, rows, versions }
}

/** Switched away while the route was looked up: the next look finds the release in force. */
async function holdRowsAgain(route: Route, call: ServeCall): Promise<HeldRows> {
  const current = await routing().again(route)
  return holdRows(current, call) ?? holdRowsAgain(current, call)
}

/** Runs the rows. The log then expects them: `log` must follow unless this throws. */
async function answerRows({ route, rows, versions }: HeldRows, call: ServeCall, known: Known, deadline: number | null): Promise<AnsweredRow[]> {
  predictionLog().expect()
  const running = runRows(rows, versions, route.settings.batching === 'never')
  try {
    const answers = await beforeDeadline(running, deadline)
    return rows.map((row, index) => answerRow(route, call, known, row, answers[index] as Answer, index))
  } catch (error) {
    predictionLog().cancel()
    throw error
  } finally {
    // A run that was too late goes on.
    if (deadline === null) letGo(versions)
    else void running.then(() => letGo(versions), () => letGo(versions))
  }
}

function letGo(versions: readonly ServedVersion[]): void {
  for (const version of versions) version.letGo()
}

/** Null when the rows are on disk; the warnings that go with answers which may be given without. */
async function log(route: Route, answered: readonly AnsweredRow[], { circumstances }: Known): Promise<PredictWarning[] | null> {
  try {
    await predictionLog().write(answered.map((row) => row.logged), circumstances.arrived)
    return null
  } catch (error) {
    const place = { modelId: route.model.id, slug: route.model.slug, environment: route.environment }
    return answerWithoutLog(error, route.settings.withoutLog, place, answered.length, circumstances.headers)
  }
}

function checkRows(route: Route, call: ServeCall): CheckedRow[] {
  const problems: FieldProblem[] = []
  const checked: CheckedRow[] = []
  for (let index = 0; index < call.rows.length && problems.length < MOST_PROBLEMS; index++) {
    const arm = route.armOf(subjectOf(call, index))
    if (!arm) throw new ProblemError('unavailable', 'The release in force has no version for this row.', { code: 'release_without_arms' })
    const row = call.rows[index]
    const inputs = arm.version.validate(row, call.pathOf(index), problems)
    if (inputs) checked.push({ arm, row: row as Record<string, unknown>, inputs })
  }
  if (problems.length > 0) throw invalid(problems.slice(0, MOST_PROBLEMS))
  return checked
}

function subjectOf(call: ServeCall, row: number): string | null {
  return typeof call.subjects === 'string' || call.subjects === null ? call.subjects : (call.subjects[row] ?? null)
}

/** The versions that the rows need, held open; null if one of them was closed meanwhile. */
function hold(rows: readonly CheckedRow[]): readonly ServedVersion[] | null {
  const held: ServedVersion[] = []
  for (const { arm: { version } } of rows) {
    if (held.includes(version)) continue
    if (!version.hold()) {
      letGo(held)
      return null
    }
    held.push(version)
  }
  return held
}

function runRows(rows: readonly CheckedRow[], versions: readonly ServedVersion[], isAlone: boolean): Promise<Answer[]> {
  const [only] = versions
  return only && versions.length === 1 ? only.run(rows.map((row) => row.row), isAlone) : runEachVersion(rows, versions, isAlone)
}

async function runEachVersion(rows: readonly CheckedRow[], versions: readonly ServedVersion[], isAlone: boolean): Promise<Answer[]> {
  const answers = new Array<Answer>(rows.length)
  await Promise.all(
    versions.map(async (version) => {
      const indexes = rows.flatMap((row, index) => (row.arm.version === version ? [index] : []))
      const own = await version.run(indexes.map((index) => (rows[index] as CheckedRow).row), isAlone)
      indexes.forEach((index, place) => {
        answers[index] = own[place] as Answer
      })
    }),
  )
  return answers
}

function answerRow(route: Route, call: ServeCall, known: Known, checked: CheckedRow, said: Answer, index: number): AnsweredRow {
  const { arm, inputs, row } = checked
  const { version, guard } = arm
  const { signature } = version
  const modelScore = scoreOf(signature, said)
  const guarded = guard !== null && modelScore !== null ? guard(modelScore, inputs) : null
  if (guarded && !guarded.isSafe) throw noSafeAnswer(guarded.hit?.sentence)
  const hit = guarded?.hit ?? null
  const answer = hit === null || !guarded ? said : withScore(signature, said, guarded.score)
  const id = newId(known.at)
  const isExplained = route.explains(id)
  const explanation = isExplained || call.explain ? explanationOf(version, row, said) : null
  const top = explanation && topReasonOf(explanation.values)
  const record = {
    id,
    at: known.at,
    modelId: route.model.id,
    versionId: version.id,
    releaseId: route.release?.id ?? null,
    channel: known.channel,
    environment: route.environment,
    caller: known.caller,
    subject: subjectOf(call, index),
    requestId: call.requestId,
    inputs,
    label: answer.label === undefined ? null : String(answer.label),
    score: hit === null || !guarded ? modelScore : guarded.score,
    modelScore: hit === null ? null : modelScore,
    extra: extraOf(answer),
    guardrail: hit,
    latencyMicros: 0,
    explanation: explanation && encodeExplanation(explanation),
    topReason: top === null ? null : (version.fieldNames[top] ?? null),
  }
  const attributions = explanation && version.attributionShape ? { shape: version.attributionShape, values: attributionValues(version.fieldNames, explanation.values) } : null
  return {
    served: { id, version, row, answer, hit, reasons: null },
    isExplained,
    explanation,
    logged: { record, shape: version.shape, values: profileValues(signature, inputs, record), attributions },
  }
}

function noSafeAnswer(sentence: string | undefined): ProblemError {
  return new ProblemError('unavailable', `${sentence ?? 'The answer breaks a guardrail.'} Its fallback has no allowed answer either, so none is given.`, {
    code: 'no_safe_answer',
    retryAfterSeconds: 5,
  })
}

/** Of what the model said; null where the version is not explained exactly, or this row is not. */
function explanationOf(version: ServedVersion, row: CheckedRow['row'], said: Answer): ExactExplanation | null {
  if (!version.exact) return null
  try {
    const explanation = version.exact.explain(row, said)
    return explanation && Number.isFinite(explanation.residual) && explanation.values.every(Number.isFinite) ? explanation : null
  } catch (error) {
    // The answer stands; it can be explained on demand, where the error is told to who asks.
    logger().error({ err: error, versionId: version.id }, 'a prediction could not be explained as it was served')
    return null
  }
}

/** What the policy wants explained and could not be explained at once. */
function explainLater(answered: readonly AnsweredRow[]): void {
  const waiting = answered.filter((row) => row.isExplained && row.explanation === null && row.served.version.exact === null)
  for (const [version, rows] of byVersion(waiting)) {
    explainer()?.explainLater(version.id, rows.map(({ served }) => served.row), rows.map(({ served }) => served.id))
  }
}

/** The predictions are logged and stand; where the explainer cannot answer, reasons are null and a warning says so. */
async function addReasons(answered: readonly AnsweredRow[], locale: Locale): Promise<PredictWarning[]> {
  const results = await Promise.allSettled([...byVersion(answered)].flatMap(([version, rows]) => [
    addExactReasons(version, rows, locale),
    addAskedReasons(version, rows.filter((row) => row.explanation === null), locale),
  ]))
  for (const result of results) {
    if (result.status === 'rejected') logger().error({ err: result.reason as unknown }, 'reasons could not be computed')
  }
  if (answered.every((row) => row.served.reasons !== null)) return []
  return [{ code: 'explainer_unavailable', message: 'The prediction is logged and stands; its reasons could not be computed now.' }]
}

async function addExactReasons(version: ServedVersion, answered: readonly AnsweredRow[], locale: Locale): Promise<void> {
  const rows = answered.flatMap(({ served, explanation }) => (explanation ? [{ served, explained: { row: served.row, label: explanation.chosenClass ?? null, explanation } }] : []))
  if (rows.length > 0) give(rows, await explainer()?.reasonsOf(version.id, rows.map(({ explained }) => explained), locale))
}

async function addAskedReasons(version: ServedVersion, rows: readonly AnsweredRow[], locale: Locale): Promise<void> {
  if (rows.length > 0) give(rows, await explainer()?.explainRows(version.id, rows.map(({ served }) => served.row), rows.map(({ served }) => served.id), locale))
}

function give(rows: readonly Pick<AnsweredRow, 'served'>[], reasons: readonly PredictedReason[][] | undefined): void {
  rows.forEach(({ served }, index) => {
    served.reasons = reasons?.[index] ?? null
  })
}

function byVersion(rows: readonly AnsweredRow[]): Map<ServedVersion, AnsweredRow[]> {
  const grouped = new Map<ServedVersion, AnsweredRow[]>()
  for (const row of rows) {
    const own = grouped.get(row.served.version)
    if (own) own.push(row)
    else grouped.set(row.served.version, [row])
  }
  return grouped
}
