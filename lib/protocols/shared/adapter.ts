// An adapter made of one answer for each action that the table gives its protocol.
import { ProblemError } from '@/lib/platform/errors'
import type { Protocol, RawAnswer, RawCall } from '../contract'
import { PROTOCOL_ROOTS, PROTOCOL_TABLE, type ProtocolName } from '../table'

/** The parts of a path by the table's names for them, still encoded. */
export type PathParts = Readonly<Record<string, string | undefined>>
export type Action = (call: RawCall, parts: PathParts) => Promise<RawAnswer> | RawAnswer

export interface AdapterParts {
  name: ProtocolName
  actions: Readonly<Record<string, Action>>
  refuse: Protocol['refuse']
  /** Of paths that pages have too. */
  methods?: readonly string[]
}

interface Way {
  method: string
  pattern: RegExp
  action: Action
}

export function adapter({ name, actions, refuse, methods }: AdapterParts): Protocol {
  const roots = PROTOCOL_ROOTS[name] ?? []
  const ways = PROTOCOL_TABLE.filter((entry) => entry.protocol === name).map(({ method, path, action }): Way => {
    const found = actions[action]
    if (!found) throw new Error(`${name} has no answer to ${action}, which the table names`)
    return { method, pattern: pathPattern(path), action: found }
  })
  return {
    name,
    owns: (path, method) => (methods === undefined || methods.includes(method)) && roots.some((root) => (root.endsWith('/') ? path.startsWith(root) : path === root)),
    async answer(call) {
      const method = call.method === 'HEAD' ? 'GET' : call.method
      const allowed: string[] = []
      for (const way of ways) {
        const match = way.pattern.exec(call.path)
        if (!match) continue
        if (way.method === method) return way.action(call, match.groups ?? {})
        allowed.push(way.method)
      }
      const problem = new ProblemError('not_found', nothingAt(call, allowed))
      const refusal = refuse(problem, call)
      return allowed.length === 0 ? refusal : { ...refusal, status: 405, headers: { ...refusal.headers, allow: allowed.join(', ') } }
    },
    refuse,
  }
}

/** A pattern of the table as a regular expression with a group for each part. */
export function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/:]+)')}$`)
}

function nothingAt({ method, path }: RawCall, allowed: readonly string[]): string {
  const shown = path.slice(0, 100)
  return allowed.length === 0 ? `There is nothing at ${shown}.` : `${shown} takes ${allowed.join(' and ')}, not ${method.slice(0, 10)}.`
}
