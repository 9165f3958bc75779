// LIKE for what people type: % and _ stand for themselves.
import { sql, type SQL } from 'drizzle-orm'

function escaped(text: string): string {
  return text.replace(/[!%_]/g, (character) => `!${character}`)
}

/** `column ${likeText(text)}`: has the text somewhere in it. */
export function likeText(text: string): SQL {
  return sql`like ${`%${escaped(text)}%`} escape '!'`
}

/** `column ${likeStart(text)}`: begins with it. */
export function likeStart(text: string): SQL {
  return sql`like ${`${escaped(text)}%`} escape '!'`
}
