// The bodies that KServe logs: of the Open Inference Protocol where the request has tensors, else of KServe's first
// protocol. What the other engine answered is read back into an answer of ours.
import type { Answer } from '@/lib/onnx/decode'
import type { ClassName } from '@/lib/onnx/classes'
import type { Signature } from '@/lib/registry/contract'
import type { OpenedPair, ServedRowGiven } from '@/lib/serving/commands'
import { compileInputs } from '../open-inference/input-layout'
import { readRestCall } from '../open-inference/rest/request'
import { rowsFrom } from '../open-inference/rows'
import { readPredictBody } from '../kserve-v1/body'
import { pythonJson } from '../shared/body-text'
import { badBody, membersOf } from '../shared/given'
import { rowsOf } from '../shared/rows'
import { readSubject } from '../open-inference/parameters'

export function openPair(request: string, response: string): OpenedPair {
  const asked = membersOf(pythonJson(request), '{"inputs": […]}')
  const answered = membersOf(pythonJson(response), '{"outputs": […]}')
  const isTensors = Array.isArray(answered.outputs) && answered.outputs.every((output) => typeof output === 'object' && output !== null && Object.hasOwn(output, 'datatype'))
  return isTensors ? openTensors(request, answered) : openLists(asked, answered)
}

function openTensors(request: string, answered: Record<string, unknown>): OpenedPair {
  const version = answered.model_version
  return {
    version: typeof version === 'string' && /^[1-9]\d{0,8}$/.test(version) ? Number(version) : null,
    rows(signature) {
      const { inputs, parameters } = readRestCall(Buffer.from(request), undefined)
      const { rows, subjects } = rowsFrom(inputs, compileInputs(signature))
      const subject = Object.hasOwn(parameters, 'subject') ? readSubject(parameters.subject ?? null, 'The parameter subject') : null
      const answers = answersOfTensors(answered.outputs as Record<string, unknown>[], rows.length, signature)
      return rows.map((row, index) => ({ row, subject: subjects?.[index] ?? subject, answer: answers[index] as Answer }))
    },
  }
}

function openLists(asked: Record<string, unknown>, answered: Record<string, unknown>): OpenedPair {
  return {
    version: null,
    rows(signature): ServedRowGiven[] {
      const rows = rowsOf(readPredictBody(asked).given, signature, 'drop')
      const { predictions, outputs } = answered
      const list: unknown = predictions ?? outputs
      if (!Array.isArray(list) || list.length !== rows.length) throw unreadable('predictions', `The response must have predictions, one for each of ${rows.length} rows.`)
      return rows.map((row, index) => ({ row, subject: null, answer: answerOf(list[index], signature, `predictions[${index}]`) }))
    },
  }
}

/** Each output's values row by row; of several, what one says the others add to. */
function answersOfTensors(outputs: readonly Record<string, unknown>[], rows: number, signature: Signature): Answer[] {
  const answers = Array.from({ length: rows }, (): Answer => ({}))
  const roles = new Map(signature.outputs.map((output) => [output.name, output.role]))
  let read = 0
  for (const { name, data, shape, datatype } of outputs) {
    const values = Array.isArray(data) ? (data as unknown[]).flat(3) : []
    const count = Array.isArray(shape) && Number(shape[0]) === rows ? values.length / rows : NaN
    const role = roles.get(String(name))
    if (role === 'other' || !Number.isInteger(count) || count === 0) continue
    // Of one number for each row, a float of a classifier is the score, and anything else its class.
    const isScore = count === 1 && signature.task === 'binary' && role !== 'label' && /^(?:FP|BF)/.test(String(datatype))
    answers.forEach((answer, row) => {
      const own = values.slice(row * count, (row + 1) * count)
      Object.assign(answer, isScore ? scored(own[0], signature, String(name)) : answerOf(count === 1 ? own[0] : own, signature, String(name)))
    })
    read += 1
  }
  if (read === 0) throw unreadable('outputs', 'The response has no output that is a class, its probabilities or a value for each row.')
  return answers
}

/** A value of a regression; of a classifier, a class or the probability of each. */
function answerOf(given: unknown, signature: Signature, path: string): Answer {
  const value: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given
  if (signature.task === 'regression') {
    if (typeof value === 'number' && Number.isFinite(value)) return { value }
    throw unreadable(path, `${path} must be a number.`)
  }
  const classes = signature.classes ?? []
  if (Array.isArray(value)) return probable(value, classes, signature, path)
  const label = classes.find((one) => String(one) === String(value))
  if (label === undefined) throw unreadable(path, `${path} must be one of the model’s ${classes.length} classes, or the probability of each.`)
  return { label }
}

function probable(values: readonly unknown[], classes: readonly ClassName[], { positiveClass }: Signature, path: string): Answer {
  if (values.length !== classes.length || !values.every((value): value is number => typeof value === 'number' && value >= 0 && value <= 1)) {
    throw unreadable(path, `${path} must have a probability from 0 to 1 for each of the model’s ${classes.length} classes.`)
  }
  const probabilities = Object.fromEntries(classes.map((one, index) => [String(one), values[index] as number]))
  const best = values.indexOf(Math.max(...values))
  const answer: Answer = { label: classes[best] as ClassName, probabilities }
  if (positiveClass !== undefined) answer.score = probabilities[String(positiveClass)] as number
  return answer
}

function scored(value: unknown, signature: Signature, path: string): Answer {
  const { positiveClass, classes = [] } = signature
  const other = classes.find((one) => one !== positiveClass)
  if (typeof value !== 'number' || !(value >= 0 && value <= 1) || positiveClass === undefined || other === undefined) {
    throw unreadable(path, `${path} must be a probability from 0 to 1.`)
  }
  return probable(classes.map((one) => (one === positiveClass ? value : 1 - value)), classes, signature, path)
}

function unreadable(path: string, message: string) {
  return badBody(path, 'answer', message)
}
