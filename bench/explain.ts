// npm run bench -- explain [SECONDS]: exact Shapley values of seeded forests and of the credit pipeline, beside shap
// and woodelf on the same trees in the same run. PYTHON names an interpreter that has them; what it lacks is null.
import { execFile } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { promisify } from 'node:util'
import { measureInPython, pythonWith, type Library, type PythonResult } from './explain/beside-python'
import { measureCredit, measureForest, type ForestResult } from './explain/engine'
import { workload, type ForestSize, type Workload } from './explain/workload'

const SECONDS = Number(process.argv[2] ?? 3)
const SIZES: ForestSize[] = [
  { trees: 200, depth: 4 },
  { trees: 200, depth: 6 },
  { trees: 500, depth: 8 },
]
const BACKGROUNDS = [100, 1000]

const note = (text: string) => console.error(text)
const pythons = { shap: pythonWith('shap'), woodelf: pythonWith('woodelf') }
for (const [library, python] of Object.entries(pythons)) {
  if (python === null) note(`no Python with ${library}: set PYTHON to compare with it`)
}

interface Beside extends PythonResult {
  /** How many times its rows a second are ours, explained one by one, and many at once. */
  timesOneByOne: number
  timesTogether: number
}

interface Case extends ForestSize {
  backgroundRows: number
  ours: ForestResult & { twoProcessRowsPerSecond: number }
  shap: Beside | null
  woodelf: Beside | null
}

function beside(library: Library, work: Workload, ours: ForestResult): Beside | null {
  const python = pythons[library]
  if (python === null) return null
  const found = measureInPython(python, library, work, SECONDS)
  const times = (rowsPerSecond: number) => Number((rowsPerSecond / found.rowsPerSecond).toPrecision(3))
  return {
    ...found,
    timesOneByOne: times(ours.rowsPerSecond),
    timesTogether: times(ours.rowsPerSecondTogether),
  }
}

async function twoProcesses(size: ForestSize, backgroundRows: number): Promise<number> {
  const numbers = [size.trees, size.depth, backgroundRows, SECONDS].map(String)
  const args = ['--import', 'tsx', 'bench/explain/second-process.ts', ...numbers]
  const one = async () => Number((await promisify(execFile)(process.execPath, args)).stdout)
  const both = await Promise.all([one(), one()])
  return both.reduce((sum, rate) => sum + rate)
}

const loadBefore = loadavg()[0]
const forests: Case[] = []
for (const size of SIZES) {
  for (const backgroundRows of BACKGROUNDS) {
    note(`${size.trees} trees of depth ${size.depth}, ${backgroundRows} background rows …`)
    const work = workload(size, backgroundRows)
    const alone = measureForest(work, SECONDS)
    const ours = { ...alone, twoProcessRowsPerSecond: await twoProcesses(size, backgroundRows) }
    const [shap, woodelf] = [beside('shap', work, alone), beside('woodelf', work, alone)]
    forests.push({ ...size, backgroundRows, ours, shap, woodelf })
  }
}
note('the credit pipeline …')
const credit = BACKGROUNDS.map((backgroundRows) => ({ backgroundRows, ...measureCredit(backgroundRows, SECONDS) }))
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  node: process.version,
  loadBefore,
  loadAfter: loadavg()[0],
}
console.log(JSON.stringify({ bench: 'explain', seconds: SECONDS, machine, forests, credit }, null, 2))
