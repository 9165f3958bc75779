// Times of a bundle are RFC 3339, for people and for other programs; those of audit events stay as they were hashed.

export function iso(at: number): string {
  return new Date(at).toISOString()
}

type IsTime = 'at' | `${string}At`

export type WithIsoTimes<T> = T extends readonly (infer Item)[]
  ? WithIsoTimes<Item>[]
  : T extends object
    ? { [K in keyof T]: K extends IsTime ? (T[K] extends number ? string : T[K] extends number | null ? string | null : WithIsoTimes<T[K]>) : WithIsoTimes<T[K]> }
    : T

/** Every number under a name such as `startedAt` becomes a time. Not for records whose names are the customer's own. */
export function withIsoTimes<T>(value: T): WithIsoTimes<T> {
  if (Array.isArray(value)) return value.map((item) => withIsoTimes<unknown>(item)) as WithIsoTimes<T>
  if (typeof value !== 'object' || value === null) return value as WithIsoTimes<T>
  const entries = Object.entries(value).map(([name, member]) => [name, /^at$|At$/.test(name) && typeof member === 'number' ? iso(member) : withIsoTimes<unknown>(member)])
  return Object.fromEntries(entries) as WithIsoTimes<T>
}
