// A prediction: authorise, find who serves, check the rows, run the model, guard, log, and only then answer.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import type { ExactExplanation } from '@/lib/inference/exact-explainer'
import type { Answer } from '@/lib/inference/session'
import { attributionValues } from '@/lib/math/attribution-profile'
import { now } from '@/lib/platform/clock'
import { isProblem, ProblemError, type FieldProblem } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import type { PredictAnswer, PredictedReason, PredictedRow, PredictWarning } from '../contract'
import { explainer } from '../explainer'
import { predictionLog, type ProfiledRow } from '../log'
import { routing, type Arm, type Route, type ServedVersion } from '../routing'
import { DEFAULT_ENVIRONMENT, extraOf, invalid, MOST_PROBLEMS, outputOf, profileValues, readPredictCall, scoreOf, subjectOf, withScore, type InputValue, type Locale, type PredictCall } from '../rules'
import { CallLimiter } from '../rules/call-limit'
import { encodeExplanation, topReasonOf } from '../rules/served-explanation'

declare module '@/lib/platform/once' {
  interface Once {
    callLimiter: CallLimiter
  }
}

/** One row of the call with the arm that serves it. */
interface CheckedRow {
  arm: Arm
  row: Readonly<Record<string, unknown>>
  inputs: InputValue[]
}

interface AnsweredRow {
  version: ServedVersion
  row: Readonly<Record<string, unknown>>
  /** The environment's policy wants it explained. */
  isExplained: boolean
  explanation: ExactExplanation | null
  answer: PredictedRow
  logged: ProfiledRow
}

/**
 * Answers `{inputs, environment?, subject?, subjects?, requestId?, explain?}`.
 * @param arrived performance.now() at the call's arrival, where it was noted earlier
 */
export async function predict(actor: Principal | null, modelSlug: string, body: unknown, arrived = performance.now()): Promise<PredictAnswer> {
  const at = now()
  authorize(actor, 'predict')
  const caller = `${actor.kind}:${actor.id}`
  const table = routing()
  let call: PredictCall
  try {
    call = readPredictCall(body)
  } catch (error) {
    countRefused(table.last(modelSlug, environmentOf(body)), at, error)
    throw error
  }
  const route = table.known(modelSlug, call.environment) ?? (await table.find(modelSlug, call.environment))
  try {
    refuseTooMany(caller, call.rows.length)
    return await answerCall(route, call, { at, arrived, caller })
  } catch (error) {
    countRefused(route, at, error)
    throw error
  }
}

function countRefused(route: Route | undefined, at: number, error: unknown): void {
  if (route) predictionLog().countError(route.model.id, route.environment, at, isProblem(error) ? error.code : 'internal')
}

interface Circumstances {
  at: number
  arrived: number
  caller: string
}

async function answerCall(route: Route, call: PredictCall, circumstances: Circumstances): Promise<PredictAnswer> {
  const rows = checkRows(route, call)
  const versions = hold(rows)
  // Switched away while the route was looked up: the next look finds the release in force.
  if (!versions) {
    const current = await routing().find(route.model.slug, route.environment)
    return answerCall(current, call, circumstances)
  }
  const log = predictionLog()
  log.expect()
  let answered: AnsweredRow[]
  try {
    const answers = await runRows(rows, versions)
    answered = rows.map((row, index) => answerRow(route, call, circumstances, row, answers[index] as Answer, index))
  } catch (error) {
    log.cancel()
    throw error
  } finally {
    for (const version of versions) version.letGo()
  }
  await log.write(answered.map((row) => row.logged), circumstances.arrived)
  const warnings = call.explain ? await addReasons(answered, call.locale) : []
  if (!call.explain) explainLater(answered)
  return wholeAnswer(route, call, answered, warnings)
}

/** The environment that a refused body was meant for, so that the refusal is counted there. */
function environmentOf(body: unknown): string {
  const isObject = typeof body === 'object' && body !== null && Object.hasOwn(body, 'environment')
  const given = isObject ? (body as { environment: unknown }).environment : undefined
  return typeof given === 'string' ? given : DEFAULT_ENVIRONMENT
}

function refuseTooMany(caller: string, rows: number): void {
  const wait = once('callLimiter', () => new CallLimiter()).take(caller, rows, performance.now())
  if (wait === 0) return
  throw new ProblemError('rate_limited', `This caller sends more rows than its limit. Wait ${wait} s, then try again.`, {
    code: 'rate_limited',
    retryAfterSeconds: wait,
  })
}

function checkRows(route: Route, call: PredictCall): CheckedRow[] {
  const problems: FieldProblem[] = []
  const checked: CheckedRow[] = []
  for (let index = 0; index < call.rows.length && problems.length < MOST_PROBLEMS; index++) {
    const arm = route.armOf(subjectOf(call, index))
    if (!arm) throw new ProblemError('unavailable', 'The release in force has no version for this row.', { code: 'release_without_arms' })
    const row = call.rows[index]
    const inputs = arm.version.validate(row, call.isList ? `inputs[${index}]` : 'inputs', problems)
    if (inputs) checked.push({ arm, row: row as Record<string, unknown>, inputs })
  }
  if (problems.length > 0) throw invalid(problems.slice(0, MOST_PROBLEMS))
  return checked
}

/** The versions that the rows need, held open; null if one of them was closed meanwhile. */
function hold(rows: readonly CheckedRow[]): ServedVersion[] | null {
  const versions = new Set<ServedVersion>()
  for (const { arm } of rows) versions.add(arm.version)
  const held: ServedVersion[] = []
  for (const version of versions) {
    if (version.hold()) held.push(version)
    else {
      for (const one of held) one.letGo()
      return null
    }
  }
  return held
}

async function runRows(rows: readonly CheckedRow[], versions: readonly ServedVersion[]): Promise<Answer[]> {
  const [only] = versions
  if (only && versions.length === 1) return only.run(rows.map((row) => row.row))
  const answers = new Array<Answer>(rows.length)
  await Promise.all(
    versions.map(async (version) => {
      const indexes = rows.flatMap((row, index) => (row.arm.version === version ? [index] : []))
      const own = await version.run(indexes.map((index) => (rows[index] as CheckedRow).row))
      indexes.forEach((index, place) => {
        answers[index] = own[place] as Answer
      })
    }),
  )
  return answers
}

function answerRow(route: Route, call: PredictCall, circumstances: Circumstances, checked: CheckedRow, said: Answer, index: number): AnsweredRow {
  const { arm, inputs, row } = checked
  const { version, guard } = arm
  const { signature } = version
  const modelScore = scoreOf(signature, said)
  const guarded = guard !== null && modelScore !== null ? guard(modelScore, inputs) : null
  if (guarded && !guarded.isSafe) throw noSafeAnswer(guarded.hit?.sentence)
  const hit = guarded?.hit ?? null
  const given = hit === null || !guarded ? said : withScore(signature, said, guarded.score)
  const id = newId(circumstances.at)
  const isExplained = route.explains(id)
  const explanation = isExplained || call.explain ? explanationOf(version, row, said) : null
  const top = explanation && topReasonOf(explanation.values)
  const record = {
    id,
    at: circumstances.at,
    modelId: route.model.id,
    versionId: version.id,
    releaseId: route.release.id,
    environment: route.environment,
    caller: circumstances.caller,
    subject: subjectOf(call, index),
    requestId: call.requestId,
    inputs: JSON.stringify(inputs),
    label: given.label === undefined ? null : String(given.label),
    score: hit === null || !guarded ? modelScore : guarded.score,
    modelScore: hit === null ? null : modelScore,
    extra: extraOf(given),
    guardrail: hit,
    latencyMicros: 0,
    explanation: explanation && encodeExplanation(explanation),
    topReason: top === null ? null : (version.fieldNames[top] ?? null),
  }
  const answer: PredictedRow = { id, version: version.number, output: outputOf(signature, given) }
  if (hit) answer.fallback = hit
  const attributions = explanation && version.attributionShape ? { shape: version.attributionShape, values: attributionValues(version.fieldNames, explanation.values) } : null
  return { version, row, isExplained, explanation, answer, logged: { record, shape: version.shape, values: profileValues(signature, inputs, record), attributions } }
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
  const waiting = answered.filter((row) => row.isExplained && row.explanation === null && row.version.exact === null)
  for (const [version, rows] of byVersion(waiting)) {
    explainer()?.explainLater(version.id, rows.map((row) => row.row), rows.map((row) => row.answer.id))
  }
}

/** The predictions are logged and stand; where the explainer cannot answer, reasons are null and a warning says so. */
async function addReasons(answered: readonly AnsweredRow[], locale: Locale): Promise<PredictWarning[]> {
  const exact = answered.flatMap((row) => (row.explanation ? [{ ...row, answer: row.answer, explained: { row: row.row, label: row.explanation.chosenClass ?? null, explanation: row.explanation } }] : []))
  const others = answered.filter((row) => row.explanation === null)
  const results = await Promise.allSettled([
    ...[...byVersion(exact)].map(async ([version, rows]) => give(rows, await explainer()?.reasonsOf(version.id, rows.map(({ explained }) => explained), locale))),
    ...[...byVersion(others)].map(async ([version, rows]) =>
      give(rows, await explainer()?.explainRows(version.id, rows.map(({ row }) => row), rows.map(({ answer }) => answer.id), locale)),
    ),
  ])
  for (const result of results) {
    if (result.status === 'rejected') logger().error({ err: result.reason as unknown }, 'reasons could not be computed')
  }
  for (const row of answered) row.answer.reasons ??= null
  if (answered.every((row) => row.answer.reasons !== null)) return []
  return [{ code: 'explainer_unavailable', message: 'The prediction is logged and stands; its reasons could not be computed now.' }]
}

function give(rows: readonly Pick<AnsweredRow, 'answer'>[], reasons: readonly PredictedReason[][] | undefined): void {
  rows.forEach(({ answer }, index) => {
    answer.reasons = reasons?.[index] ?? null
  })
}

function byVersion<T extends { version: ServedVersion }>(rows: readonly T[]): Map<ServedVersion, T[]> {
  const grouped = new Map<ServedVersion, T[]>()
  for (const row of rows) {
    const own = grouped.get(row.version)
    if (own) own.push(row)
    else grouped.set(row.version, [row])
  }
  return grouped
}

function wholeAnswer(route: Route, call: PredictCall, answered: readonly AnsweredRow[], warnings: PredictWarning[]): PredictAnswer {
  const head = { model: route.model.slug, environment: route.environment, release: route.release.id }
  const tail = warnings.length > 0 ? { warnings } : {}
  const [first] = answered
  if (!call.isList && first) return { ...head, ...first.answer, ...tail }
  return { ...head, predictions: answered.map((row) => row.answer), ...tail }
}
