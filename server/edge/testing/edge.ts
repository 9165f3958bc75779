// A bundle of a released model, written by the real command from the real routes, and its server as a real process.
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { api } from '@/lib/api'
import { readCall } from '@/tools/flightdeck/command'
import { bundleFrom } from '@/tools/flightdeck/bundle'
import { buildEdge } from '@/tools/build-edge.mjs'
import { openServingLane, type ServingLane } from '../../serving-lane'
import { SPOOL_FOLDER, spoolFiles } from '../spool'

export interface House {
  url: string
  lane: ServingLane
  close(): Promise<void>
}

/** The serving lane and the API on one port, as server/start.ts has them. */
export async function openHouse(): Promise<House> {
  const lane = await openServingLane()
  const control = getRequestListener(api.fetch, { overrideGlobalObjects: false })
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const handler = lane.handlerOf(path, request.method)
    void (handler ? handler(request, response) : control(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    lane,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await lane.drain()
    },
  }
}

export interface WrittenJson {
  bundle: string
  sha256: string
  bytes: number
  serverBytes: number
  unpackedBytes: number
  token: string
}

/** Builds the server of the edge from the source, so that no older build is tried. */
export async function makeBundle(house: House, token: string, folder: string, model: string, ...options: string[]): Promise<WrittenJson> {
  const edge = join(folder, '..', 'edge-build')
  if (!existsSync(join(edge, 'main.mjs'))) await buildEdge(edge)
  const command = bundleFrom(edge)
  const { json } = await command.run(readCall(command, [model, '--out', folder, '--url', house.url, '--token', token, ...options]))
  return json as unknown as WrittenJson
}

export interface EdgeServer {
  url: string
  child: ChildProcess
  end(signal: NodeJS.Signals): Promise<void>
}

export interface EndedEarly {
  exitCode: number | null
  said: string
}

const LONGEST_START_MS = 60_000

/** @param command such as a shell with limits; without one, node itself */
export function startEdge(bundle: string, dataDirectory: string, variables: Record<string, string> = {}, limit = ''): Promise<EdgeServer | EndedEarly> {
  const [program, ...args] = limit === '' ? [process.execPath, join(bundle, 'server', 'main.mjs')] : ['sh', '-c', `${limit}; exec "${process.execPath}" "${join(bundle, 'server', 'main.mjs')}"`]
  const child = spawn(program as string, args, {
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', PORT: '0', FLIGHTDECK_DATA_DIR: dataDirectory, FLIGHTDECK_LOG_LEVEL: 'silent', ...variables } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  let said = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`The edge server did not start: ${said}`))
    }, LONGEST_START_MS)
    const look = (chunk: Buffer) => {
      said += chunk.toString()
      const url = /answers at (http:\S+)/.exec(said)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve({ url, child, end: (signal) => (child.kill(signal), ended) })
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    child.on('close', (exitCode) => {
      clearTimeout(timer)
      resolve({ exitCode, said })
    })
  })
}

export function isRunning(started: EdgeServer | EndedEarly): asserts started is EdgeServer {
  if (!('url' in started)) throw new Error(`The edge server ended with ${started.exitCode}: ${started.said}`)
}

/** Whole lines of the spool. */
export function spooledRows(dataDirectory: string, bundle: string): { id: string; score: number | null; subject: string | null }[] {
  const folder = join(dataDirectory, SPOOL_FOLDER, bundle)
  return spoolFiles(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { id: string; score: number | null; subject: string | null }),
  )
}
