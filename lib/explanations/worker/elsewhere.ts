// Remote versions in the explainer: the worker runs model files and gets no secret of ours, so it asks the process that
// holds them to ask the server. There, explanations share the server's pool, breaker and pace with everything else.
import type { LoadedModel } from '@/lib/inference/session'
import { openRemote } from '@/lib/inference/remote'
import type { Answer } from '@/lib/onnx/decode'
import type { Row } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { ProblemError } from '@/lib/platform/errors'
import { readStoredFile } from '@/lib/platform/storage'
import { refusal, type ExplainedVersion, type ExplainerReply } from './protocol'

/** From the worker: run these rows there. */
export interface AskedElsewhere {
  kind: 'asked-elsewhere'
  id: number
  version: Pick<ExplainedVersion, 'artifactHash' | 'signature'>
  rows: readonly Row[]
}

/** To the worker: what came of it. */
export interface AnsweredElsewhere {
  kind: 'answered-elsewhere'
  id: number
  reply: { kind: 'answered'; answers: Answer[] } | Extract<ExplainerReply, { kind: 'refused' }>
}

/** The worker's side. */
export class Elsewhere {
  private readonly waiting = new Map<number, { resolve: (answers: Answer[]) => void; reject: (problem: ProblemError) => void }>()
  private asked = 0

  constructor(private readonly send: (message: AskedElsewhere) => void) {}

  model({ artifactHash, signature }: AskedElsewhere['version']): LoadedModel {
    return {
      run: (rows) =>
        new Promise((resolve, reject) => {
          const id = ++this.asked
          this.waiting.set(id, { resolve, reject })
          this.send({ kind: 'asked-elsewhere', id, version: { artifactHash, signature }, rows })
        }),
      close: () => Promise.resolve(),
    }
  }

  take({ id, reply }: AnsweredElsewhere): void {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    if (reply.kind === 'answered') waiting?.resolve(reply.answers)
    else waiting?.reject(new ProblemError(reply.problem.kind, reply.problem.message, { code: reply.problem.code }))
  }
}

/** Servers kept connected: those of a few models that are explained in turn, as the worker keeps files open. */
const MOST_OPEN = 4

/** The side of the process that holds the secrets. */
export class RemoteModels {
  private readonly opened = new Map<string, Promise<LoadedModel>>()

  async answer({ id, version, rows }: AskedElsewhere): Promise<AnsweredElsewhere> {
    try {
      const model = await this.open(version.artifactHash, version.signature)
      return { kind: 'answered-elsewhere', id, reply: { kind: 'answered', answers: await model.run(rows) } }
    } catch (error) {
      return { kind: 'answered-elsewhere', id, reply: refusal(error) }
    }
  }

  close(): void {
    for (const hash of [...this.opened.keys()]) this.drop(hash)
  }

  private open(hash: string, signature: GraphSignature): Promise<LoadedModel> {
    const opening = this.opened.get(hash) ?? readStoredFile(hash).then((document) => openRemote(document, signature, { isPaced: true }))
    this.opened.delete(hash)
    this.opened.set(hash, opening)
    opening.catch(() => this.opened.delete(hash))
    const [oldest] = this.opened.keys()
    if (this.opened.size > MOST_OPEN && oldest !== undefined) this.drop(oldest)
    return opening
  }

  private drop(hash: string): void {
    const opening = this.opened.get(hash)
    this.opened.delete(hash)
    opening?.then((model) => model.close()).catch(() => undefined)
  }
}
