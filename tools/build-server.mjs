// Bundles the process and its children (server/*.ts) and the command line into dist/, packages left outside.
import { spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { buildEdge } from './build-edge.mjs'
import { root } from './steps.mjs'

rmSync(join(root, 'dist'), { recursive: true, force: true })
const entries = ['main', 'seed', 'probe', 'explain', 'isolate', 'heavy', 'score'].map((name) => ({ in: join(root, 'server', `${name}.ts`), out: name }))
/** For /version; empty where there is no repository, as in an image, whose build may say it. */
function commit() {
  const told = process.env.FLIGHTDECK_COMMIT
  return told ?? (spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout ?? '').trim()
}

await build({
  entryPoints: [...entries, { in: join(root, 'tools', 'flightdeck.ts'), out: 'flightdeck' }],
  outdir: join(root, 'dist', 'server'),
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  define: { BUILT_FROM_COMMIT: JSON.stringify(commit()) },
  sourcemap: true,
  logLevel: 'warning',
})
// Read at run time, beside whatever part of the bundle asks for it.
copyFileSync(join(root, 'lib', 'protocols', 'open-inference', 'grpc', 'open_inference.proto'), join(root, 'dist', 'server', 'open_inference.proto'))
await buildEdge()
