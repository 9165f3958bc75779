// npm test: types, lint, import directions, unit and integration tests, then the browser journeys on the built product.
// Ends with one line: N passed, N failed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBrowser } from './browser.mjs'
import { ensureBuilt, ensureInstalled, fail, requireNode, root } from './steps.mjs'
import { CHECKS } from './verify.mjs'
import { step } from './steps.mjs'

requireNode()
process.chdir(root)
const results = join(root, 'test-results')
const total = { passed: 0, failed: 0, skipped: 0 }

try {
  await ensureInstalled()
} catch (error) {
  fail(error.message)
}
mkdirSync(results, { recursive: true })

for (const [name, check] of CHECKS) {
  try {
    await step(name, check)
    total.passed += 1
  } catch (error) {
    console.error(error.message)
    total.failed += 1
  }
}

const run = (args, env = {}) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status

const unitReport = join(results, 'unit.json')
const unitStatus = run(['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`])
if (existsSync(unitReport)) {
  const report = JSON.parse(readFileSync(unitReport, 'utf8'))
  total.passed += report.numPassedTests
  total.failed += report.numFailedTests
  total.skipped += report.numPendingTests + report.numTodoTests
  if (unitStatus !== 0 && report.numFailedTests === 0) total.failed += 1
} else total.failed += 1

try {
  await ensureBuilt()
  const browser = await ensureBrowser()
  const journeyReport = join(results, 'journeys.json')
  const status = run(['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: journeyReport,
    ...(browser === null ? {} : { FLIGHTDECK_BROWSER: browser }),
  })
  const { stats } = JSON.parse(readFileSync(journeyReport, 'utf8'))
  total.passed += stats.expected + stats.flaky
  total.failed += stats.unexpected
  total.skipped += stats.skipped
  if (status !== 0 && stats.unexpected === 0) total.failed += 1
} catch (error) {
  console.error(error.message)
  total.failed += 1
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`)
process.exit(total.failed === 0 ? 0 : 1)
