import { Readable } from 'node:stream'
import { basename } from 'node:path'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { ProblemError } from '@/lib/platform/errors'
import { receiveFile } from '@/lib/platform/storage'
import { formatOfName, MOST_UPLOADED_BYTES, type BatchFormat, type UploadedFile } from '../contract'
import { uploadsDirectory } from '../queries/places'

/** Writes the body of a request to the disk as it flows in; a file of 2 GB takes no more memory than one of 2 kB. */
export async function uploadBatchFile(actor: Principal | null, input: { fileName: string; format?: BatchFormat; body: ReadableStream<Uint8Array> | null }): Promise<UploadedFile> {
  authorize(actor, 'batch:write')
  const fileName = basename(input.fileName.replaceAll('\\', '/')).slice(0, 200)
  const format = input.format ?? formatOfName(fileName)
  if (format === null) {
    throw new ProblemError('unsupported_media', 'Send a file whose name ends in .csv, .parquet or .jsonl, or say which of them it is: ?format=csv.', { code: 'batch_format_unknown' })
  }
  if (input.body === null) throw new ProblemError('malformed', 'The body is empty. Send the file itself as the body.', { code: 'batch_file_empty' })
  const received = await receiveFile(Readable.fromWeb(input.body as WebStream<Uint8Array>), uploadsDirectory(), MOST_UPLOADED_BYTES).catch((cause: unknown) => {
    if (cause instanceof ProblemError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new ProblemError('unavailable', 'The disk is full, so the file cannot be kept.', { code: 'disk_full', cause })
    }
    throw new ProblemError('malformed', 'The file was cut off on its way. Send it again.', { code: 'batch_file_cut', cause })
  })
  if (received.bytes === 0) throw new ProblemError('malformed', 'The file is empty.', { code: 'batch_file_empty' })
  return { ...received, fileName, format }
}
