import { createReadStream, existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { notFound, ProblemError } from '@/lib/platform/errors'
import type { BatchResultFile } from '../contract'
import { mayFetch } from '../queries/may-fetch'
import { jobDirectory } from '../queries/places'
import { byteRange, contentTypeOf, downloadName } from '../rules'
import { requireBatchJob } from './create-job'

export interface OpenedFile {
  name: string
  contentType: string
  size: number
  /** The part that is sent; all of it without. */
  range: { from: number; to: number } | null
  body: WebStream<Uint8Array>
}

export async function openBatchFile(actor: Principal | null, id: string, name: BatchResultFile['name'], rangeHeader: string | undefined): Promise<OpenedFile> {
  authorize(actor, 'read')
  const db = await database()
  const job = await requireBatchJob(db, id)
  if (!(await mayFetch(db, actor, job, name))) authorize(actor, 'sensitive:read')
  const file = job.results?.find((one) => one.name === name)
  if (!file) {
    const why = job.status === 'finished' ? (name === 'rejected' ? 'No row was rejected, so there is no file of them.' : 'The results of this job are in a table, not in a file.') : 'The files are there once the job has finished.'
    throw new ProblemError('not_found', why, { code: 'batch_file_missing' })
  }
  const path = join(jobDirectory(id), file.fileName)
  if (!existsSync(path)) throw notFound('file of this job any more: its time was over', 'batch_file_missing')
  const { size } = await stat(path)
  const range = byteRange(rangeHeader, size)
  if (range === undefined) throw new ProblemError('invalid', `The file has ${size} bytes; the range lies beyond them.`, { code: 'range_invalid' })
  const stream = createReadStream(path, range === null ? {} : { start: range.from, end: range.to })
  return { name: downloadName(job.name, name, file.fileName), contentType: contentTypeOf(file.fileName), size, range, body: Readable.toWeb(stream) as WebStream<Uint8Array> }
}
