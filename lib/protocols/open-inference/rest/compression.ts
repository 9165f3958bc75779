// Bodies that come compressed, and answers for who asks for such. Inflated bodies have the limit that plain ones have.
import { promisify } from 'node:util'
import { deflate, gunzip, gzip, inflate } from 'node:zlib'
import { ProblemError } from '@/lib/platform/errors'
import { MOST_LIST_BYTES, tooLarge } from '@/lib/serving/json-body'
import type { RawAnswer } from '../../contract'

const INFLATE = { gzip: promisify(gunzip), deflate: promisify(inflate) }
const DEFLATE = { gzip: promisify(gzip), deflate: promisify(deflate) }
/** Below, compressing costs more than it saves. */
const LEAST_BYTES = 2048

export async function inflated(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? 'identity'
  if (name === 'identity' || name === '') return body
  if (name !== 'gzip' && name !== 'deflate') {
    throw new ProblemError('unsupported_media', 'Send the body with Content-Encoding gzip or deflate, or without.', { code: 'content_encoding' })
  }
  try {
    return await INFLATE[name](body, { maxOutputLength: MOST_LIST_BYTES })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new ProblemError('malformed', `The body is not ${name}.`, { code: 'content_encoding', cause })
  }
}

export async function compressed(answer: RawAnswer, accepted: string | undefined): Promise<RawAnswer> {
  const name = accepted === undefined ? undefined : acceptedName(accepted)
  if (name === undefined || answer.body.length < LEAST_BYTES) return answer
  return { ...answer, body: await DEFLATE[name](answer.body), headers: { ...answer.headers, 'content-encoding': name, vary: 'Accept-Encoding' } }
}

function acceptedName(header: string): 'gzip' | 'deflate' | undefined {
  const names = header.split(',').map((part) => part.trim().toLowerCase())
  const isAccepted = (name: string) => names.some((part) => part === name || (part.startsWith(`${name};`) && !/;\s*q=0(?:\.0*)?$/.test(part)))
  return (['gzip', 'deflate'] as const).find(isAccepted)
}
