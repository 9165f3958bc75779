// ONNX Runtime alone on rows that are in memory already, 1,024 a run: the bound that a batch is measured by. Arguments: the
// model's file, rows, columns. Prints rows per second by the runtime's threads.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { Random } from '@/lib/math/random'

const BATCH = 1024
const ROUNDS = 3

const [, , path = '', rowCount = '', columnCount = ''] = process.argv
const columns = Number(columnCount)
const rows = Math.floor(Number(rowCount) / BATCH) * BATCH
const random = new Random(7)
const values = Float32Array.from({ length: rows * columns }, () => random.uniform(-0.5, 5.5))

async function measure(intraOpNumThreads: number): Promise<number> {
  const session = await InferenceSession.create(readFileSync(path), { logSeverityLevel: 3, intraOpNumThreads, interOpNumThreads: 1, graphOptimizationLevel: 'all' })
  const [input = ''] = session.inputNames
  let best = 0
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now()
    for (let row = 0; row < rows; row += BATCH) await session.run({ [input]: new Tensor('float32', values.subarray(row * columns, (row + BATCH) * columns), [BATCH, columns]) })
    best = Math.max(best, (1000 * rows) / (performance.now() - startedAt))
  }
  await session.release()
  return Math.round(best)
}

const found: Record<number, number> = {}
for (let threads = 1; threads <= availableParallelism(); threads *= 2) found[threads] = await measure(threads)
console.log(JSON.stringify(found))
