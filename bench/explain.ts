// npm run bench -- explain [SECONDS]: exact Shapley values by tables or walk, beside shap on the same trees in the same
// run. PYTHON names an interpreter that has shap; without one that part is null.
import { execFile } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { promisify } from 'node:util'
import { measureShap, pythonWithShap, type ShapResult } from './explain/beside-shap'
import { measureCredit, measureForest, type EngineResult } from './explain/engine'
import { workload, type ForestSize } from './explain/workload'

const SECONDS = Number(process.argv[2] ?? 3)
const SIZES: ForestSize[] = [
  { trees: 200, depth: 4 },
  { trees: 200, depth: 6 },
  { trees: 500, depth: 8 },
]
const BACKGROUNDS = [100, 1000]

const note = (text: string) => console.error(text)
const python = pythonWithShap()
if (python === null) note('no Python with shap: set PYTHON to compare with it')

interface Case extends ForestSize {
  backgroundRows: number
  ours: EngineResult
  shap: ShapResult | null
  timesShap: number | null
}

async function twoProcesses(size: ForestSize, backgroundRows: number): Promise<number> {
  const one = async () => {
    const args = [
      '--import',
      'tsx',
      'bench/explain/second-process.ts',
      size.trees,
      size.depth,
      backgroundRows,
      SECONDS,
    ].map(String)
    return Number((await promisify(execFile)(process.execPath, args)).stdout)
  }
  const both = await Promise.all([one(), one()])
  return both.reduce((sum, rate) => sum + rate)
}

const loadBefore = loadavg()[0]
const forests: Case[] = []
for (const size of SIZES) {
  for (const backgroundRows of BACKGROUNDS) {
    note(`${size.trees} trees of depth ${size.depth}, ${backgroundRows} background rows …`)
    const work = workload(size, backgroundRows)
    const ours = measureForest(work, SECONDS)
    const shap = python === null ? null : measureShap(python, work, SECONDS)
    const timesShap = shap === null ? null : Number((ours.rowsPerSecond / shap.rowsPerSecond).toPrecision(3))
    forests.push({ ...size, backgroundRows, ours, shap, timesShap })
  }
}
note('200 trees of depth 4 in two processes …')
const twoProcessRowsPerSecond = await twoProcesses({ trees: 200, depth: 4 }, 100)
note('the credit pipeline …')
const credit = BACKGROUNDS.map((backgroundRows) => ({ backgroundRows, ...measureCredit(backgroundRows, SECONDS) }))
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  node: process.version,
  loadBefore,
  loadAfter: loadavg()[0],
}
console.log(
  JSON.stringify({ bench: 'explain', seconds: SECONDS, machine, forests, twoProcessRowsPerSecond, credit }, null, 2),
)
