/** The sentence to show for a failure: a problem document's detail, its title, or the error's message. */
export function errorText(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    for (const key of ['detail', 'title', 'message'] as const) {
      const value = (error as Record<string, unknown>)[key]
      if (typeof value === 'string' && value !== '') return value
    }
  }
  return 'The server could not be reached. Nothing was changed; try again.'
}
