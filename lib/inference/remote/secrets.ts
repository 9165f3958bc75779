// Secrets of remote versions, read when a call needs them: a document only names them.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environment, secretVariable } from '@/lib/platform/environment'
import { ProblemError } from '@/lib/platform/errors'
import { SECRET_REFERENCE } from './endpoint'

/** Above what any token needs, so that a wrong file does not go out in a header. */
const MOST_BYTES = 16 * 1024

/** @param reference `env:FLIGHTDECK_SECRET_…` or `file:NAME` @throws ProblemError `remote_secret_missing` */
export async function readSecret(reference: string): Promise<string> {
  if (!SECRET_REFERENCE.test(reference)) throw missing(reference, 'is not the name of a secret')
  const [kind, name = ''] = reference.split(/:(.*)/s)
  const secret = kind === 'env' ? secretVariable(name) : await fileSecret(name)
  if (secret === undefined || secret === '') {
    throw missing(reference, kind === 'env' ? 'is not set in the environment of the server' : 'is not in the folder secrets of the data directory')
  }
  // Header values end at a line break; RFC 9110 has no way to write one.
  if (/[^\x20-\x7e]/.test(secret)) throw missing(reference, 'has characters that no header can carry')
  return secret
}

async function fileSecret(name: string): Promise<string | undefined> {
  const content = await readFile(join(environment().dataDirectory, 'secrets', name), 'utf8').catch(() => undefined)
  return content === undefined || content.length > MOST_BYTES ? undefined : content.trim()
}

function missing(reference: string, why: string): ProblemError {
  return new ProblemError('unavailable', `The secret ${reference}, which this version sends to its server, ${why}.`, { code: 'remote_secret_missing', retryAfterSeconds: 30 })
}
