// The Open Inference Protocol over HTTP: what each action of the table of protocols answers, in its own dialect.
import type { ProblemError } from '@/lib/platform/errors'
import { isReady } from '@/lib/platform/readiness'
import { parseJson } from '@/lib/serving/json-body'
import type { RawAnswer, RawCall } from '../../contract'
import { adapter, type PathParts } from '../../shared/adapter'
import { addressOf, decodedPart, type Address } from '../../shared/address'
import { infer } from '../infer'
import { isModelReady, modelConfiguration, modelMetadata, repositoryIndex, serverMetadata } from '../metadata'
import { readObject } from '../parameters'
import { sentenceOf, statusOf } from '../problem'
import { compressed, inflated } from './compression'
import { JSON_LENGTH_HEADER, NO_BINARY, readRestCall } from './request'
import { writeRestAnswer } from './response'

export const openInference = adapter({
  name: 'open-inference',
  actions: {
    infer: answerInfer,
    server: () => answerJson(200, serverMetadata()),
    live: () => answerJson(200, { live: true }),
    ready: () => answerReady({}, isReady()),
    metadata: async (call, parts) => answerJson(200, await modelMetadata(call.principal, ...named(call, parts))),
    modelReady: async (call, parts) => {
      const [address, name] = named(call, parts)
      return answerReady({ name }, await isModelReady(call.principal, address))
    },
    configuration: async (call, parts) => answerJson(200, await modelConfiguration(call.principal, ...named(call, parts))),
    index: async (call) => answerJson(200, await repositoryIndex(call.principal, await readOnlyReady(call))),
  },
  refuse: (problem: ProblemError) => answerJson(statusOf(problem), { error: sentenceOf(problem) }),
})

/** The model that a path means, and as it named it. */
function named(call: RawCall, { model = '', version }: PathParts): [Address, string] {
  return [addressOf(model, call.headers, version), decodedPart(model)]
}

async function answerInfer(call: RawCall, parts: PathParts): Promise<RawAnswer> {
  const [address, modelName] = named(call, parts)
  let binary = NO_BINARY
  const answer = await infer({
    actor: call.principal,
    address,
    modelName,
    circumstances: call.circumstances,
    requestId: call.requestId,
    async read() {
      const body = await inflated(await call.body(), call.headers['content-encoding'])
      const read = readRestCall(body, call.headers[JSON_LENGTH_HEADER])
      binary = read.binary
      return read
    },
  })
  return compressed(writeRestAnswer(answer, binary), call.headers['accept-encoding'])
}

async function readOnlyReady(call: RawCall): Promise<boolean> {
  const body = await inflated(await call.body(), call.headers['content-encoding'])
  return body.length > 0 && readObject(parseJson(body.toString('utf8')), 'body').ready === true
}

function answerReady(body: object, ready: boolean): RawAnswer {
  return answerJson(ready ? 200 : 503, { ...body, ready })
}

function answerJson(status: number, body: unknown): RawAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
