/** Runs rows through the encoder, the real runtime and the decoder, as serving does. For tests only. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { compileDecoder, type Answer } from '../decode'
import { compileEncoder, type Row } from '../encode'
import type { GraphSignature } from '../signature'

export async function runModel(bytes: Uint8Array, signature: GraphSignature, rows: readonly Row[]): Promise<Answer[]> {
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  try {
    const feeds: Record<string, Tensor> = {}
    for (const [name, { type, data, dims }] of Object.entries(compileEncoder(signature).encode(rows).feeds)) {
      feeds[name] = Array.isArray(data) ? new Tensor('string', data, dims) : new Tensor(
        type as 'float32',
        data as Float32Array,
        dims,
      )
    }
    const decoder = compileDecoder(signature)
    return decoder.decode(await session.run(feeds, decoder.fetches), rows.length)
  } finally {
    await session.release()
  }
}
