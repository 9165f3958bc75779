/** One value of a graph by this program's own operators and by the runtime, for the same rows. For tests. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { compileEncoder, type Row } from '../encode'
import { readModelFile } from '../model-file'
import { compileProgram } from '../pipeline/program'
import { readSignature } from '../signature'

export interface Compared {
  own: number[]
  runtime: number[]
}

/** @param output the graph's output, of numbers. Values row by row. */
export async function compare(bytes: Uint8Array, rows: readonly Row[], output: string): Promise<Compared> {
  const model = readModelFile(bytes)
  const signature = readSignature(model)
  const { feeds } = compileEncoder(signature).encode(rows)
  const program = compileProgram(model, signature, [output])
  const { start, size } = program.wire(output)
  const own = rows.flatMap((_, row) => {
    program.load(feeds, row)
    program.run()
    return Array.from(program.numbers.subarray(start, start + size))
  })
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  try {
    const tensors = Object.entries(feeds).map(([name, { type, data, dims }]): [string, Tensor] => [
      name,
      Array.isArray(data)
        ? new Tensor('string', data, dims)
        : new Tensor(type as 'float32', data as Float32Array, dims),
    ])
    const answers = await session.run(Object.fromEntries(tensors), [output])
    return { own, runtime: Array.from(answers[output]?.data as ArrayLike<number | bigint>, Number) }
  } finally {
    await session.release()
  }
}
