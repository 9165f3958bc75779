// The address of the list of models, read and written.
import { z } from 'zod'
import { MODEL_SORTS, TASKS } from '@/lib/registry/contract'

export interface ModelsParams {
  text?: string
  task?: string
  tag?: string
  owner?: string
  sort?: string
  descending?: string
  cursor?: string
}

const cursorSchema = z.object({ value: z.union([z.string(), z.number()]), id: z.string() })

/** From the address to a filter, and back to the address of a view that differs a little. Wrong members are left out. */
export function readModelsQuery(params: ModelsParams) {
  const { text, tag, owner } = params
  const task = TASKS.find((one) => one === params.task)
  const sort = MODEL_SORTS.find((one) => one === params.sort)
  const descending = params.descending === 'true'
  const after = cursorOf(params.cursor)
  const kept = { text, task, tag, owner, sort, descending: descending ? 'true' : undefined, cursor: after && params.cursor }
  return {
    filter: { text, task, tag, owner, sort, descending, after, limit: 50 },
    isFiltered: [text, task, tag, owner].some((value) => value !== undefined && value !== ''),
    isLaterPage: after !== undefined,
    href(changes: Partial<Record<keyof ModelsParams, string>>): string {
      const members = Object.entries({ ...kept, ...changes }).filter((entry): entry is [string, string] => Boolean(entry[1]))
      const query = new URLSearchParams(members).toString()
      return query === '' ? '/models' : `/models?${query}`
    },
  }
}

function cursorOf(text: string | undefined): z.infer<typeof cursorSchema> | undefined {
  if (text === undefined || text === '') return undefined
  try {
    return cursorSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
