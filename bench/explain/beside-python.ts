// shap's TreeExplainer and woodelf on the same trees, background and rows, where a Python with them is found.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildTreeExplainer } from '@/lib/math/tree-shapley'
import { COLUMNS, type Workload } from './workload'

export type Library = 'shap' | 'woodelf'

export interface PythonResult {
  version: string
  rowsPerSecond: number
  /** Between its values and ours, over the compared rows. */
  largestDifference: number
}

/** The interpreter named by PYTHON, else python3; null where it cannot import the library. */
export function pythonWith(library: Library): string | null {
  const python = process.env['PYTHON'] ?? 'python3'
  try {
    execFileSync(python, ['-c', `import ${library}`], { stdio: 'ignore' })
    return python
  } catch {
    return null
  }
}

const COMPARED_ROWS = 5

export function measureInPython(python: string, library: Library, work: Workload, seconds: number): PythonResult {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-python-'))
  try {
    const { forest } = work
    const values = new Float64Array(COMPARED_ROWS * COLUMNS)
    buildTreeExplainer(forest, work.background).explainRows(work.rows.subarray(0, values.length), values)
    const file = join(directory, 'workload.json')
    const plain = {
      columns: COLUMNS,
      trees: forest.roots.length,
      nodesPerTree: forest.column.length / forest.roots.length,
      background: Array.from(work.background),
      rows: Array.from(work.rows),
      column: Array.from(forest.column),
      threshold: Array.from(forest.threshold),
      whenTrue: Array.from(forest.whenTrue),
      whenFalse: Array.from(forest.whenFalse),
      value: Array.from(forest.value),
      values: Array.from(values),
      seconds,
    }
    writeFileSync(file, JSON.stringify(plain))
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
    const printed = execFileSync(python, ['bench/explain/python_rows.py', library, file], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const found = JSON.parse(printed) as PythonResult
    return { ...found, rowsPerSecond: Number(found.rowsPerSecond.toPrecision(4)) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
