import type { Signature } from '@/lib/registry/contract'

/** Numbers in the order of the signature's fields, as a record by field name. */
export function byColumns({ fields }: Signature, numbers: readonly number[]): Record<string, number> {
  return Object.fromEntries(fields.map(({ name }, index) => [name, numbers[index] ?? 0]))
}

/** The reverse. */
export function inOrder({ fields }: Signature, byName: Readonly<Record<string, number>>): number[] {
  return fields.map(({ name }) => byName[name] ?? 0)
}
