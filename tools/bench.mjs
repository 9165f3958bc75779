// npm run bench -- NAME: builds what is missing, then runs bench/NAME.ts, which prints one JSON object.
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, fail, requireNode, root } from './steps.mjs'

requireNode()
process.chdir(root)
const [name, ...rest] = process.argv.slice(2)
const file = join(root, 'bench', `${name}.ts`)
if (name === undefined || !existsSync(file)) fail(`Name a bench: npm run bench -- first-flight (there is no bench/${name ?? 'NAME'}.ts).`)
// Steps report on standard output; a bench's output is its JSON alone.
const write = process.stdout.write.bind(process.stdout)
process.stdout.write = process.stderr.write.bind(process.stderr)
await ensureInstalled()
await ensureBuilt()
process.stdout.write = write
const ended = spawnSync(process.execPath, ['--import', 'tsx', file, ...rest], { cwd: root, stdio: 'inherit' })
process.exit(ended.status ?? 1)
