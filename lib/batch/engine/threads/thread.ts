// One thread of the engine: a session of the model of its own, one block after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { BlockScorer } from '../score/block-scorer'
import { openOnnx } from '../score/chunk-model'
import { failure, type ThreadReply, type ThreadRequest, type ThreadSetup } from './protocol'

export function runThread(): void {
  const port = parentPort
  if (!port) return
  const { artifact, ...setup } = workerData as ThreadSetup
  // A run of the runtime takes no memory that is shared.
  const own = Uint8Array.from(artifact)
  const opened = openOnnx(own, setup.version.signature).then((model) => ({ model, scorer: new BlockScorer(setup, model, own) }))
  // Told with the first block.
  opened.catch(() => undefined)
  let last: Promise<unknown> = opened.catch(() => undefined)
  port.on('message', (request: ThreadRequest) => {
    if (request.type === 'end') {
      void last.then(async () => (await opened).model.close()).catch(() => undefined).finally(() => port.close())
      return
    }
    const { id, block } = request
    last = last.then(async () => {
      try {
        const { scorer } = await opened
        const scored = await scorer.score(block)
        const moved = [scored.rejected.buffer, scored.results instanceof Uint8Array ? scored.results.buffer : null]
        port.postMessage({ type: 'scored', id, scored } satisfies ThreadReply, moved.filter((buffer) => buffer !== null))
      } catch (error) {
        port.postMessage(failure(id, error))
      }
    })
  })
}
