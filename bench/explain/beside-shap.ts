// shap's TreeExplainer on the same trees, background and rows, where a Python with shap is found.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildTreeExplainer } from '@/lib/math/tree-shapley'
import { COLUMNS, type Workload } from './workload'

export interface ShapResult {
  version: string
  rowsPerSecond: number
  /** Between its values and ours, over the compared rows. */
  largestDifference: number
}

/** The interpreter named by PYTHON, else python3; null where it cannot import shap. */
export function pythonWithShap(): string | null {
  const python = process.env['PYTHON'] ?? 'python3'
  try {
    execFileSync(python, ['-c', 'import shap'], { stdio: 'ignore' })
    return python
  } catch {
    return null
  }
}

const COMPARED_ROWS = 5

export function measureShap(python: string, work: Workload, seconds: number): ShapResult {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-shap-'))
  try {
    const { forest } = work
    const explainer = buildTreeExplainer(forest, work.background)
    const values: number[] = []
    const out = new Float64Array(COLUMNS)
    for (let row = 0; row < COMPARED_ROWS; row++) {
      explainer.explain(work.rows.subarray(row * COLUMNS, (row + 1) * COLUMNS), out)
      values.push(...out)
    }
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
      values,
      seconds,
    }
    writeFileSync(file, JSON.stringify(plain))
    const env = { ...process.env, OMP_NUM_THREADS: '1' }
    const printed = execFileSync(python, ['bench/explain/shap_rows.py', file], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const found = JSON.parse(printed) as ShapResult
    return { ...found, rowsPerSecond: Number(found.rowsPerSecond.toPrecision(4)) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
