// node tools/run.mjs FILE.ts [ARG …]: installs what is missing, then runs a TypeScript file.
import { spawnSync } from 'node:child_process'
import { ensureInstalled, requireNode, root } from './steps.mjs'

requireNode()
await ensureInstalled()
const ended = spawnSync(process.execPath, ['--import', 'tsx', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exit(ended.status ?? 1)
