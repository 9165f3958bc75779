// Sends what a finished job has to its receiver: a link by e-mail, a signed message to a webhook, a copy in a folder.
import { constants } from 'node:fs'
import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { channelById } from '@/lib/alerts/queries'
import { sendMail } from '@/lib/alerts/commands/send-email'
import { sendHttp } from '@/lib/alerts/commands/send-http'
import { webhookHeaders } from '@/lib/alerts/rules/message'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { environment } from '@/lib/platform/environment'
import type { BatchDelivery, BatchJob } from '../contract'
import { jobDirectory, pathToDeliver } from '../queries/places'
import { downloadName } from '../rules'

/** One attempt. Resolves when it was taken; rejects with a sentence. */
export async function deliver(id: string, delivery: BatchDelivery, job: BatchJob): Promise<void> {
  switch (delivery.kind) {
    case 'email':
      return sendMail([delivery.to], { id, subject: headline(job), text: `${sentence(job)}\n\n${linkOf(job)}\n\nSign in to read it; nothing of it is in this message.`, link: linkOf(job) })
    case 'webhook':
      return sendSigned(id, delivery.channelId, job)
    case 'folder':
      return copyResults(delivery.path, job)
  }
}

async function sendSigned(id: string, channelId: string, job: BatchJob): Promise<void> {
  const channel = await channelById(await database(), channelId)
  if (!channel || !channel.isEnabled || channel.settings.kind !== 'webhook') throw new Error('The webhook channel was switched off or deleted.')
  const { settings } = channel
  const body = webhookBody(job)
  return sendHttp(settings, webhookHeaders(id, now(), body, settings.secret), body)
}

/** Aside first, then renamed: whoever watches the folder sees a whole file or none. */
async function copyResults(path: string, job: BatchJob): Promise<void> {
  const { target } = await pathToDeliver(path)
  await mkdir(target, { recursive: true })
  for (const result of job.results ?? []) {
    const name = `${downloadName(job.name, result.name, result.fileName).replace(/(\.[a-z]+)$/, '')}-${job.id.slice(0, 13)}${/\.[a-z]+$/.exec(result.fileName)?.[0] ?? ''}`
    const aside = join(target, `.${basename(name)}.part`)
    try {
      await copyFile(join(jobDirectory(job.id), result.fileName), aside, constants.COPYFILE_FICLONE)
      await rename(aside, join(target, name))
    } catch (cause) {
      await rm(aside, { force: true })
      throw new Error(`The results could not be copied (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}).`, { cause })
    }
  }
}

function linkOf(job: BatchJob): string {
  return `${environment().publicUrl}/batch/${job.id}`
}

function headline(job: BatchJob): string {
  return `${job.model.name}: the batch job ${job.name} has finished`
}

function sentence({ checkpoint, version }: BatchJob): string {
  const count = (rows: number) => rows.toLocaleString('en-US')
  const rejected = checkpoint?.rowsRejected ?? 0
  return `${count(checkpoint?.rowsScored ?? 0)} of ${count(checkpoint?.rowsRead ?? 0)} rows were scored by version ${version?.number ?? ''}${rejected > 0 ? `; ${count(rejected)} were rejected, each with its reason` : ''}.`
}

/** In the shape of Standard Webhooks, as incidents are told. The files are fetched with a token. */
export function webhookBody(job: BatchJob): string {
  const { id, name, model, environment: where, version, releaseId, checkpoint, results, startedAt, finishedAt } = job
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return JSON.stringify({
    type: 'batch.finished',
    timestamp: time(now()),
    data: {
      id, name, model: model.slug, environment: where, version: version?.number ?? null, release: releaseId,
      rowsRead: checkpoint?.rowsRead ?? 0, rowsScored: checkpoint?.rowsScored ?? 0, rowsRejected: checkpoint?.rowsRejected ?? 0,
      startedAt: time(startedAt), finishedAt: time(finishedAt), link: linkOf(job),
      files: (results ?? []).map((file) => ({ name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256, path: `/api/batch/jobs/${id}/${file.name}` })),
    },
  })
}
