export interface CommandModel {
  href: string
  label: string
}

/** Reads the list answer of `GET /api/models`; entries without a slug are passed over. */
export function parseModels(answer: unknown): CommandModel[] {
  if (typeof answer !== 'object' || answer === null) return []
  const { models } = answer as Record<string, unknown>
  if (!Array.isArray(models)) return []
  return models.flatMap((model: unknown) => {
    if (typeof model !== 'object' || model === null) return []
    const { slug, name } = model as Record<string, unknown>
    if (typeof slug !== 'string' || slug === '') return []
    const label = typeof name === 'string' && name !== '' ? name : slug
    return [{ href: `/models/${encodeURIComponent(slug)}`, label }]
  })
}

export async function fetchModels(signal: AbortSignal): Promise<CommandModel[]> {
  const response = await fetch('/api/models?limit=50', { signal, headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error('The list of models could not be loaded.')
  return parseModels(await response.json())
}
