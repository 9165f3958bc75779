// Structured logs with request ids and without personal data: bodies, inputs, subjects and secrets are never logged.
import pino, { type Logger } from 'pino'
import { environment } from './environment'
import { once } from './once'

export function logger(): Logger {
  return once('logger', () =>
    pino({
      level: environment().logLevel,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: withoutParameters },
      redact: { paths: ['*.password', '*.token', '*.secret', '*.inputs', '*.subject', '*.email'], censor: '[hidden]' },
    }),
  )
}

/** A failed query's error tells its parameters in message, stack and members: people's keys and inputs, hashes of secrets. */
export function withoutParameters(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { params: _, message, stack, ...rest } = pino.stdSerializers.err(error)
  let told = { message, stack }
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (!('params' in cause)) continue
    const parameters = `params: ${String(cause.params)}`
    told = { message: told.message.replaceAll(parameters, 'params: [hidden]'), stack: told.stack.replaceAll(parameters, 'params: [hidden]') }
  }
  return { ...told, ...rest }
}
