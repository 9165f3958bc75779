// What npm start, npm test and npm run build share: each step tells what it does and how long it took, and is skipped
// when its inputs have not changed. Plain JavaScript without packages: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const LEAST_NODE = [20, 9]

export function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
    fail(`Flightdeck needs Node ${LEAST_NODE.join('.')} or newer (20 and 22 are tested); this is Node ${process.versions.node}.`)
  }
}

/** Runs a command to its end; rejects when it fails. Quiet commands show their output only then. */
export function run(command, args, { env = {}, isQuiet = false, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) resolve(output)
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}\n${output}`.trim()))
    })
  })
}

export async function step(name, work) {
  const start = performance.now()
  process.stdout.write(`  ${name} … `)
  try {
    await work()
  } catch (error) {
    console.log('failed')
    throw error
  }
  console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`)
}

const stampFile = (name) => join(root, 'node_modules', '.flightdeck', name)

function isStamped(name, value) {
  return existsSync(stampFile(name)) && readFileSync(stampFile(name), 'utf8') === value
}

function stamp(name, value) {
  mkdirSync(dirname(stampFile(name)), { recursive: true })
  writeFileSync(stampFile(name), value)
}

/** Installs what the lockfile says, once for each lockfile and Node version. */
export async function ensureInstalled() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
  const value = `${lock} node ${process.versions.modules}`
  if (isStamped('installed', value)) return
  await step('Installing packages (a few minutes the first time)', () =>
    run('npm', ['ci', '--no-audit', '--no-fund', '--include=dev'], { env: installEnvironment(), isQuiet: true }),
  )
  stamp('installed', value)
}

function installEnvironment() {
  // onnxruntime-node would download CUDA libraries that nothing here uses.
  const env = { ONNXRUNTIME_NODE_INSTALL: 'skip' }
  const prefix = dirname(dirname(process.execPath))
  // Where better-sqlite3 has to be built from source, node-gyp takes these headers instead of a download.
  if (headersFit(prefix) && !headersFit(configuredNodedir())) env.npm_config_nodedir = prefix
  return env
}

/** Whether the folder has the headers of this very major version of Node: others build a module that does not load. */
function headersFit(folder) {
  const file = join(folder ?? '', 'include', 'node', 'node_version.h')
  if (folder === null || !existsSync(file)) return false
  return readFileSync(file, 'utf8').includes(`#define NODE_MAJOR_VERSION ${process.versions.node.split('.')[0]}\n`)
}

function configuredNodedir() {
  const value = process.env.npm_config_nodedir ?? spawnSync('npm', ['config', 'get', 'nodedir'], { encoding: 'utf8' }).stdout?.trim()
  return value && value !== 'undefined' && value !== 'null' ? value : null
}

const BUILD_INPUTS = ['app', 'components', 'lib', 'server', 'examples', 'tools', 'docs', 'public', 'drizzle', 'next.config.js', 'package-lock.json', 'tsconfig.json', 'postcss.config.mjs']

/** Names, sizes and times of all that a build reads. */
function buildFingerprint() {
  const hash = createHash('sha256').update(process.versions.modules)
  const visit = (path) => {
    if (!existsSync(path)) return
    const found = statSync(path)
    if (found.isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== 'node_modules') visit(join(path, name))
    } else if (!/\.test\.tsx?$/.test(path)) hash.update(`${path} ${found.size} ${Math.floor(found.mtimeMs)}\n`)
  }
  for (const input of BUILD_INPUTS) visit(join(root, input))
  return hash.digest('hex')
}

export async function ensureBuilt() {
  const value = buildFingerprint()
  if (existsSync(join(root, 'dist', 'server', 'main.js')) && existsSync(join(root, '.next', 'BUILD_ID')) && isStamped('built', value)) return
  await step('Building the server', () => run(process.execPath, ['tools/build-server.mjs'], { isQuiet: true }))
  await step('Building the pages (about a minute)', () =>
    run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }, isQuiet: true }),
  )
  stamp('built', value)
}
