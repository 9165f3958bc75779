// Calls without pause on connections that stay open, and what came of each.
import { Agent, request, type IncomingHttpHeaders } from 'node:http'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

export interface Target {
  url: string
  token: string
  model: string
}

export function post(url: string, body: string, { token, agent, headers = {} }: { token?: string; agent?: Agent; headers?: Record<string, string> }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const own = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
    const call = request(url, { method: 'POST', agent: agent ?? false, headers: { ...own, ...headers } }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(body)
  })
}

export class Load {
  readonly answers: Answer[] = []
  /** Codes of calls that got no answer. */
  readonly broken: string[] = []
  private isOver = false
  private readonly agent: Agent
  private readonly clients: Promise<void>[]

  constructor(target: Target, inputs: unknown, connections = 8, private readonly pauseMs = 0) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections })
    const body = JSON.stringify({ inputs })
    this.clients = Array.from({ length: connections }, () => this.client(`${target.url}/api/models/${target.model}/predict`, target.token, body))
  }

  statuses(): Record<number, number> {
    const counts: Record<number, number> = {}
    for (const { status } of this.answers) counts[status] = (counts[status] ?? 0) + 1
    return counts
  }

  ids(): string[] {
    return this.answers.filter((answer) => answer.status === 200).map((answer) => (JSON.parse(answer.body) as { id: string }).id)
  }

  async end(): Promise<void> {
    this.isOver = true
    await Promise.all(this.clients)
    this.agent.destroy()
  }

  private async client(url: string, token: string, body: string): Promise<void> {
    while (!this.isOver) {
      try {
        this.answers.push(await post(url, body, { token, agent: this.agent }))
      } catch (error) {
        this.broken.push((error as NodeJS.ErrnoException).code ?? (error as Error).message)
      }
      if (this.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, this.pauseMs))
    }
  }
}
