// The parts of an upload: files by name, and JSON that may come as text or as a file.
import type { Context } from 'hono'
import type { ApiEnv } from '@/lib/access/http'
import { ProblemError } from '@/lib/platform/errors'

type Parts = Record<string, string | File | undefined>

export async function readParts(c: Context<ApiEnv>): Promise<Parts> {
  if (c.req.header('content-type')?.startsWith('multipart/form-data') !== true) {
    throw new ProblemError('unsupported_media', 'Send the file as multipart/form-data, in a part named artifact.', { code: 'multipart_expected' })
  }
  try {
    const parts: Parts = {}
    for (const [name, part] of await c.req.raw.formData()) {
      if (parts[name] !== undefined) throw refusedPart(name, `The part ${name} was sent twice.`)
      parts[name] = part
    }
    return parts
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause
    throw new ProblemError('malformed', 'The multipart body cannot be read. It may have been cut off; send it again.', { code: 'multipart_unreadable', cause })
  }
}

export async function filePart(parts: Parts, name: string): Promise<{ fileName: string; content: Uint8Array } | undefined> {
  const part = parts[name]
  if (part === undefined || part === '') return undefined
  if (typeof part === 'string') throw refusedPart(name, `The part ${name} must be a file. With curl: -F ${name}=@file.`)
  return { fileName: part.name, content: new Uint8Array(await part.arrayBuffer()) }
}

export async function requiredFile(parts: Parts, name: string): Promise<Uint8Array> {
  const file = await filePart(parts, name)
  if (file === undefined) throw refusedPart(name, `Send the model file in a part named ${name}. With curl: -F ${name}=@model.onnx.`)
  return file.content
}

export async function jsonPart(parts: Parts, name: string): Promise<unknown> {
  const part = parts[name]
  if (part === undefined || part === '') return undefined
  const text = typeof part === 'string' ? part : await part.text()
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw refusedPart(name, `The part ${name} is not JSON. Check it with a JSON formatter.`, cause)
  }
}

function refusedPart(name: string, message: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid', message, { code: 'part_invalid', cause, fields: [{ path: name, rule: 'part', message }] })
}
