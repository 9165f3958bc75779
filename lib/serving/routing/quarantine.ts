// Watches over the versions that run: new ones run apart until they have proven themselves, those that ended a process run
// apart again, and those that ended two are not run any more. Set up by the server at its start; where nobody watches (the
// demo's history, tests), everything runs here.
import { join } from 'node:path'
import { openIsolated, RunJournal } from '@/lib/inference/isolation'
import type { Answer, LoadedModel } from '@/lib/inference/session'
import { database } from '@/lib/database'
import type { Row } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { environment } from '@/lib/platform/environment'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { logger } from '@/lib/platform/logging'
import { peekOnce, setOnce } from '@/lib/platform/once'
import { healthOrNew, mustIsolate, releasedUnwatched, ROWS_TO_PROVE, saveAnswered, saveCrash, saveProven, saveSuspects, type WatchedVersion } from './version-health'

const LOOK_AGAIN_EVERY_MS = 10_000
const SAVED_EVERY_ROWS = 100

declare module '@/lib/platform/once' {
  interface Once {
    versionWatch: VersionWatch
  }
}

export interface OpenableVersion extends WatchedVersion {
  signature: GraphSignature
  runtime: 'onnx' | 'remote'
  /** Its file, checked against its hash. */
  read(): Promise<Uint8Array>
  /** In this process. */
  open(artifact: Uint8Array): Promise<LoadedModel>
}

/** Opens a version where it may run: here, apart, or not at all. */
export async function openWatched(version: OpenableVersion): Promise<LoadedModel> {
  const watch = peekOnce('versionWatch')
  return watch ? watch.open(version) : version.open(await version.read())
}

/** What keeps a version from being opened, in a sentence; null where nothing is known to. */
export function failureOf(versionId: string): string | null {
  return peekOnce('versionWatch')?.failures.get(versionId)?.sentence ?? null
}

/** @param endedBy the signal that ended the server's process before this one, where its supervisor saw it */
export async function watchVersions(endedBy: string | null): Promise<void> {
  const journal = RunJournal.open(join(environment().dataDirectory, 'running'))
  const known = await releasedUnwatched(await database())
  await saveSuspects(journal.found, endedBy)
  setOnce('versionWatch', new VersionWatch(journal, known))
}

export class VersionWatch {
  /** Versions whose last opening failed. */
  readonly failures = new Map<string, { modelId: string; sentence: string }>()
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly journal: RunJournal,
    /** Served before anybody watched. */
    private readonly known: ReadonlySet<string>,
  ) {
    this.timer = setInterval(() => this.lookAgain(), LOOK_AGAIN_EVERY_MS).unref()
  }

  async open(version: OpenableVersion): Promise<LoadedModel> {
    try {
      const opened = await this.openBy(version)
      this.failures.delete(version.id)
      return opened
    } catch (error) {
      const isNew = !this.failures.has(version.id)
      const sentence = isProblem(error) ? error.message : 'The model file could not be loaded. The log of the server says why.'
      this.failures.set(version.id, { modelId: version.modelId, sentence })
      if (!isProblem(error)) logger().error({ err: error, versionId: version.id }, 'a version could not be opened')
      if (isNew) this.tell(version.modelId)
      throw error
    }
  }

  /** Keeps book of a run in this process. */
  journalled(versionId: string, model: LoadedModel): LoadedModel {
    const { journal } = this
    return {
      async run(rows: readonly Row[]): Promise<Answer[]> {
        journal.begin(versionId)
        try {
          return await model.run(rows)
        } finally {
          journal.end(versionId)
        }
      },
      close: () => model.close(),
    }
  }

  /** Routes that have a version of this model look anew at who may answer. Not waited for: who tells may hold what they need. */
  tell(modelId: string): void {
    void publish('version-health.changed', { modelId })
  }

  close(): void {
    clearInterval(this.timer)
    this.journal.close()
  }

  private async openBy(version: OpenableVersion): Promise<LoadedModel> {
    if (version.runtime === 'remote') return version.open(await version.read())
    const health = await healthOrNew(version, this.known.has(version.id))
    if (health.state === 'quarantined') throw quarantined(health.sentence)
    if (!mustIsolate(health.state)) return this.openHere(version)
    const isolated = await openIsolated({
      id: version.id,
      read: () => version.read(),
      signature: version.signature,
      onCrash: async (how, isAgain) => {
        const { state, sentence } = await saveCrash(version, how, isAgain)
        if (state !== 'quarantined') return
        this.failures.set(version.id, { modelId: version.modelId, sentence })
        this.tell(version.modelId)
      },
    })
    return new ProvingModel(version, isolated, health.rowsAnswered, () => this.openHere(version))
  }

  private async openHere(version: OpenableVersion): Promise<LoadedModel> {
    return this.journalled(version.id, await version.open(await version.read()))
  }

  /** A file that was missing may be back. */
  private lookAgain(): void {
    for (const modelId of new Set([...this.failures.values()].map((failure) => failure.modelId))) this.tell(modelId)
  }
}

/** Runs apart until it has answered enough; then here, without anybody waiting. */
class ProvingModel implements LoadedModel {
  private current: LoadedModel
  private isMoving = false
  private isClosed = false

  constructor(
    private readonly version: WatchedVersion,
    private readonly isolated: LoadedModel,
    private answered: number,
    private readonly openHere: () => Promise<LoadedModel>,
  ) {
    this.current = isolated
  }

  async run(rows: readonly Row[]): Promise<Answer[]> {
    const { current } = this
    const answers = await current.run(rows)
    if (current === this.isolated) this.count(rows.length)
    return answers
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.current.close()
  }

  private count(rows: number): void {
    const before = this.answered
    this.answered += rows
    if (Math.floor(before / SAVED_EVERY_ROWS) !== Math.floor(this.answered / SAVED_EVERY_ROWS)) this.save()
    if (this.answered < ROWS_TO_PROVE || this.isMoving || this.isClosed) return
    this.isMoving = true
    this.move()
      .catch((error: unknown) => logger().error({ err: error, versionId: this.version.id }, 'a version that has proven itself goes on in its own process'))
      .finally(() => {
        this.isMoving = false
      })
  }

  private save(): void {
    saveAnswered(this.version.id, this.answered).catch((error: unknown) => logger().warn({ err: error, versionId: this.version.id }, 'how much a version has answered could not be written down'))
  }

  private async move(): Promise<void> {
    const here = await this.openHere()
    if (this.isClosed) return here.close()
    await saveProven(this.version.id, this.answered)
    this.current = here
    await this.isolated.close()
  }
}

function quarantined(sentence: string): ProblemError {
  return new ProblemError('unavailable', `${sentence} Roll back to an earlier release, or promote another version.`, { code: 'model_quarantined', retryAfterSeconds: 60 })
}
