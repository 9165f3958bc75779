// Bundles the server of the edge into one file without a database, ready to be copied into a bundle.
import { writeFileSync, readFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './steps.mjs'

/** ONNX Runtime's binding lies where it was unpacked to; its package would look beside itself. */
const withUnpackedRuntime = {
  name: 'unpacked-runtime',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@\/lib\/database$/ }, () => ({ path: join(root, 'server', 'edge', 'no-database.ts') }))
    onLoad({ filter: /onnxruntime-node[\\/]dist[\\/]binding\.js$/ }, ({ path }) => {
      const own = 'require(`../bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`)'
      const contents = readFileSync(path, 'utf8')
      if (!contents.includes(own)) throw new Error('onnxruntime-node loads its binding in another way than tools/build-edge.mjs knows.')
      return { contents: contents.replace(own, 'require(globalThis.flightdeckRuntime)'), loader: 'js' }
    })
  },
}

/** Writes `main.mjs` and `package.json`. */
export async function buildEdge(folder = join(root, 'dist', 'edge')) {
  mkdirSync(folder, { recursive: true })
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const result = await build({
    entryPoints: [join(root, 'server', 'edge', 'main.ts')],
    outfile: join(folder, 'main.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifySyntax: true,
    metafile: true,
    banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
    plugins: [withUnpackedRuntime],
    logLevel: 'warning',
  })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: `${name}-edge`, version, private: true, type: 'module' }, null, 2)}\n`)
  return result.metafile
}
