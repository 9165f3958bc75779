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
      redact: { paths: ['*.password', '*.token', '*.secret', '*.inputs', '*.subject', '*.email'], censor: '[hidden]' },
    }),
  )
}
