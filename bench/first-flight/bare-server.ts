// The ceiling: node:http and onnxruntime-node, one model, the same JSON in and a score out; no token, no validation, no log.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { compileEncoder } from '@/lib/onnx/encode'
import { readModelFile } from '@/lib/onnx/model-file'
import { readSignature } from '@/lib/onnx/signature'

const [file = '', port = '0'] = process.argv.slice(2)
const bytes = readFileSync(file)
const signature = readSignature(readModelFile(bytes))
const encoder = compileEncoder(signature)
const session = await InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: 1, interOpNumThreads: 1 })
const outputs = signature.outputs.filter((output) => output.isServable).map((output) => output.name)

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    void (async () => {
      const { inputs } = JSON.parse(Buffer.concat(chunks).toString()) as { inputs: Record<string, unknown> }
      const { feeds } = encoder.encode([inputs])
      const tensors = Object.fromEntries(Object.entries(feeds).map(([name, fed]) => [name, new Tensor(fed.type as 'float32', fed.data as Float32Array, [...fed.dims])]))
      const results = await session.run(tensors, outputs)
      const data = results[outputs.at(-1) ?? '']?.data as Float32Array
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ score: data[data.length - 1] }))
    })()
  })
})
server.listen(Number(port), '127.0.0.1', () => console.log('listening'))
