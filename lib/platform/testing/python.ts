// The Python of the tests that talk to other people's clients and servers: one of FLIGHTDECK_TEST_PYTHON, which may list
// several separated by colons, else `python3` on the path. A test whose packages are not there is skipped:
// `it.skipIf(python === null)`, with `withoutPython(...)` in its title.
import { spawnSync } from 'node:child_process'

const LONGEST_IMPORT_MS = 60_000

/** The Python that can import all of these modules; null where there is none. */
export function pythonWith(...modules: string[]): string | null {
  const candidates = [...(process.env.FLIGHTDECK_TEST_PYTHON ?? '').split(':'), 'python3']
  return candidates.find((one) => one !== '' && canImport(one, modules)) ?? null
}

/** The reason that a skipped test gives in its title. */
export function withoutPython(...modules: string[]): string {
  return `needs FLIGHTDECK_TEST_PYTHON or a python3 with ${modules.join(', ')}`
}

function canImport(python: string, modules: readonly string[]): boolean {
  const script = modules.map((module) => `import ${module}`).join('\n')
  return spawnSync(python, ['-c', script], { stdio: 'ignore', timeout: LONGEST_IMPORT_MS }).status === 0
}
