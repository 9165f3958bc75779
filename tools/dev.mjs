// npm run dev: pages and API with reloading, by Next alone.
import { spawnSync } from 'node:child_process'
import { ensureInstalled, requireNode, root } from './steps.mjs'

requireNode()
await ensureInstalled()
const port = process.env.PORT ?? '3000'
const ended = spawnSync(process.execPath, ['node_modules/next/dist/bin/next', 'dev', '-p', port, '-H', process.env.HOST ?? '127.0.0.1'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' },
})
process.exit(ended.status ?? 1)
