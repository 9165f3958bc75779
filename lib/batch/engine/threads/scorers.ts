// Who scores the blocks: several threads, each with the whole way from bytes to results, so that none waits for another;
// or this thread, for a model that is asked over the network.
import { pathToFileURL } from 'node:url'
import { Worker, type Transferable } from 'node:worker_threads'
import { childEntry } from '@/lib/platform/child-entry'
import type { Block, ScoredBlock } from '../score/block'
import { BlockScorer, type ScorerSetup } from '../score/block-scorer'
import type { ChunkModel } from '../score/chunk-model'
import { errorOf, type ThreadReply, type ThreadRequest, type ThreadSetup } from './protocol'

export interface Scorers {
  /** Blocks that are worth having under way at once. */
  readonly width: number
  score(block: Block): Promise<ScoredBlock>
  close(): Promise<void>
}

/** In this thread, one block at a time. */
export class OwnScorer implements Scorers {
  readonly width = 1
  private readonly scorer: BlockScorer
  private last: Promise<unknown> = Promise.resolve()

  constructor(
    setup: ScorerSetup,
    private readonly model: ChunkModel,
    artifact: Uint8Array | null,
  ) {
    this.scorer = new BlockScorer(setup, model, artifact)
  }

  score(block: Block): Promise<ScoredBlock> {
    const scored = this.last.then(() => this.scorer.score(block))
    this.last = scored.catch(() => undefined)
    return scored
  }

  async close(): Promise<void> {
    await this.last
    await this.model.close()
  }
}

interface Waiting {
  resolve(scored: ScoredBlock): void
  reject(error: unknown): void
}

interface Thread {
  worker: Worker
  waiting: Map<number, Waiting>
}

/** Blocks a thread has before it, so that it never waits for this one. */
const AHEAD = 2

export class ScorerThreads implements Scorers {
  readonly width: number
  private readonly threads: Thread[] = []
  private nextId = 1
  private readonly setup: ThreadSetup

  constructor(
    setup: ScorerSetup,
    artifact: Uint8Array,
    private readonly most: number,
  ) {
    this.width = AHEAD * most
    const shared = new Uint8Array(new SharedArrayBuffer(artifact.length))
    shared.set(artifact)
    this.setup = { ...setup, artifact: shared }
  }

  score(block: Block): Promise<ScoredBlock> {
    const thread = this.leastBusy()
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      thread.waiting.set(id, { resolve, reject })
      const moved: Transferable[] = 'bytes' in block.content ? [block.content.bytes.buffer] : []
      thread.worker.postMessage({ type: 'score', id, block } satisfies ThreadRequest, moved)
    })
  }

  /** A thread is started once all others have something to do: a small file needs one. */
  private leastBusy(): Thread {
    let best: Thread | undefined
    for (const thread of this.threads) if (!best || thread.waiting.size < best.waiting.size) best = thread
    if (best && (best.waiting.size === 0 || this.threads.length >= this.most)) return best
    const thread = this.start()
    this.threads.push(thread)
    return thread
  }

  private start(): Thread {
    const worker = startThread(this.setup)
    const thread: Thread = { worker, waiting: new Map() }
    worker.on('message', (reply: ThreadReply) => {
      const waiting = thread.waiting.get(reply.id)
      thread.waiting.delete(reply.id)
      if (reply.type === 'scored') waiting?.resolve(reply.scored)
      else waiting?.reject(errorOf(reply))
    })
    const fail = (error: unknown) => {
      for (const { reject } of thread.waiting.values()) reject(error)
      thread.waiting.clear()
    }
    worker.on('error', fail)
    worker.on('exit', (code) => fail(new Error(`a thread of the engine ended with ${code}`)))
    return thread
  }

  /** Each ends by itself after its block: ending a thread in the middle of a run takes the whole process with it. */
  async close(): Promise<void> {
    await Promise.all(
      this.threads.map(({ worker }) => new Promise<void>((resolve) => {
        worker.once('exit', () => resolve())
        worker.postMessage({ type: 'end' } satisfies ThreadRequest)
      })),
    )
  }
}

function startThread(workerData: ThreadSetup): Worker {
  const { file, execArgv } = childEntry('score')
  const options = { workerData, resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 } }
  if (execArgv.length === 0) return new Worker(file, options)
  // Source: tsx leaves threads alone when it is imported by their arguments, so it is registered by the thread itself.
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(pathToFileURL(file).href)}) })`
  return new Worker(start, { ...options, eval: true })
}
