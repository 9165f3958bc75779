// npx flightdeck, as a pipeline calls it.
import { execFile } from 'node:child_process'

export function flightdeck(url: string, token: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['tools/flightdeck.mjs', ...args],
      { env: { ...process.env, FLIGHTDECK_URL: url, FLIGHTDECK_TOKEN: token } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    )
  })
}
