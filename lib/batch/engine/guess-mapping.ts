// Which column of a file is which field of the model: by the same name, by the same name but for case and separators, and
// last by the nearest one.
import type { Signature } from '@/lib/registry/contract'
import { nearestName } from '@/lib/serving/rules/nearest-name'

/** Column by field; a column is used once at most, and a field that no column is like is left out. */
export function guessMapping(columns: readonly string[], signature: Pick<Signature, 'fields'>): Record<string, string> {
  const free = new Set(columns)
  const found = new Map<string, string>()
  const match = (find: (field: string, displayName: string) => string | undefined) => {
    for (const { name, displayName } of signature.fields) {
      if (found.has(name)) continue
      const column = find(name, displayName)
      if (column === undefined) continue
      free.delete(column)
      found.set(name, column)
    }
  }
  match((field) => (free.has(field) ? field : undefined))
  match((field, displayName) => [...free].find((column) => [field, displayName].some((name) => plain(name) === plain(column))))
  match((field) => nearestName(field, [...free]))
  return Object.fromEntries(signature.fields.flatMap(({ name }) => (found.has(name) ? [[name, found.get(name) as string]] : [])))
}

/** `Waiting time`, `waiting_time` and `WaitingTime` are the same. */
function plain(name: string): string {
  return name.normalize('NFKD').toLowerCase().replace(/[^\p{Letter}\p{Number}]/gu, '')
}
