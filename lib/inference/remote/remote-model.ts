// A server somewhere else as a loaded model.
import { EncodeError, type Row } from '@/lib/onnx/encode'
import type { Answer } from '@/lib/onnx/decode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { ProblemError } from '@/lib/platform/errors'
import type { LoadedModel } from '../session'
import { codecOf, type Codec } from './codecs'
import type { RemoteConnection } from './connection'
import { isRowByRow, type CompleteEndpoint } from './endpoint'
import { RemoteFailure } from './failure'
import { compileAnswer } from './places'
import { compileRows, type SentRow } from './rows'

/** Asks for what was said of each row, before anything is looked up in it. */
export function compileAsking(connection: RemoteConnection, endpoint: CompleteEndpoint): (rows: readonly SentRow[]) => Promise<unknown[]> {
  const codec = codecOf(endpoint)
  return (rows) => askFor(connection, codec, rows, (items) => items)
}

export function remoteModel(connection: RemoteConnection, endpoint: CompleteEndpoint, signature: GraphSignature): Omit<LoadedModel, 'close'> {
  const codec = codecOf(endpoint)
  const write = compileRows(endpoint.inputs.fields)
  const read = compileAnswer(endpoint.answer, signature)
  const size = isRowByRow(endpoint) ? 1 : endpoint.mostRows

  async function ask(rows: readonly SentRow[], first: number): Promise<Answer[]> {
    return askFor(connection, codec, rows, (items) => items.map((item, row) => read(item, first + row)))
  }

  return {
    async run(rows) {
      if (rows.length === 0) return []
      const sent = written(write, rows)
      if (sent.length <= size) return ask(sent, 0)
      return inParts(sent, size, endpoint.connections, ask)
    },
  }
}

function askFor<T>(connection: RemoteConnection, codec: Codec, rows: readonly SentRow[], read: (items: unknown[]) => T): Promise<T> {
  const { url, contentType, body } = codec.call(rows)
  return connection.send({ method: 'POST', url, headers: { 'content-type': contentType }, body }, (received) => {
    try {
      return read(codec.items(received, rows.length))
    } catch (error) {
      throw error instanceof RemoteFailure ? error : new RemoteFailure('invalid', 'answered with something that cannot be read.', { cause: error })
    }
  })
}

/** Several calls beside each other, no more than the pool holds; the first failure ends it. */
async function inParts(rows: readonly SentRow[], size: number, most: number, ask: (rows: readonly SentRow[], first: number) => Promise<Answer[]>): Promise<Answer[]> {
  const parts = Math.ceil(rows.length / size)
  const answers = new Array<Answer[]>(parts)
  let next = 0
  let hasFailed = false
  const work = async () => {
    while (next < parts && !hasFailed) {
      const part = next++
      try {
        answers[part] = await ask(rows.slice(part * size, (part + 1) * size), part * size)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  const results = await Promise.allSettled(Array.from({ length: Math.min(most, parts) }, work))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason as unknown
  return answers.flat()
}

function written(write: (rows: readonly Row[]) => SentRow[], rows: readonly Row[]): SentRow[] {
  try {
    return write(rows)
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error
    const message = `${error.field} ${error.reason}.`
    const path = `inputs[${error.row}].${error.field}`
    throw new ProblemError('invalid', message, { code: 'inputs_invalid', fields: [{ path, rule: 'type', message }], cause: error })
  }
}
