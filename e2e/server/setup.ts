// Starts the built product with its demo for the journeys, and ends it afterwards; a warning in its log is a failure.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startServer } from './process'

export const JOURNEY_DATA = join(process.cwd(), 'test-results', 'journey-data')

export default async function setUp(): Promise<() => Promise<void>> {
  rmSync(JOURNEY_DATA, { recursive: true, force: true })
  mkdirSync(JOURNEY_DATA, { recursive: true })
  const server = await startServer({ dataDirectory: JOURNEY_DATA, port: 3210, isDemo: true })
  return async () => {
    const code = await server.end('SIGTERM')
    writeFileSync(join(process.cwd(), 'test-results', 'server.log'), server.output())
    const complaints = server.output().split('\n').filter((line) => line.startsWith('{"level":') || /warning|error/i.test(line))
    if (code !== 0 || complaints.length > 0) throw new Error(`the server ended with ${code} and complained:\n${complaints.slice(0, 20).join('\n')}`)
  }
}
