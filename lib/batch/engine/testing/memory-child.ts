// A batch in a process of its own, which tells the most memory that it ever had. Argument: the source.
import { classifierModel } from '@/lib/onnx/testing/tree-models'
import { readArtifact } from '@/lib/registry/commands/read-artifact'
import { runBatch } from '../run-batch'
import { runOf } from './example'

const [, , path = ''] = process.argv
const names = Array.from({ length: 20 }, (_, column) => `x_${column}`)
const artifact = classifierModel({ trees: 3, depth: 2, columns: 20, classes: [0, 1], classIds: [0], postTransform: 'LOGISTIC', weights: [-1, 1], seed: 3 })
const { signature } = readArtifact(artifact, { featureOrder: names })
const mapping = Object.fromEntries(names.map((name) => [name, name]))
const run = runOf({ mapping, version: { number: 1, signature, reference: null, runtime: { kind: 'onnx', artifact } } }, { kind: 'file', path, format: path.endsWith('.parquet') ? 'parquet' : 'csv' }, { threads: 2 })
const end = await runBatch(run)
process.send?.({ rows: end.checkpoint?.rowsScored, megabytes: process.resourceUsage().maxRSS / 1024 })
