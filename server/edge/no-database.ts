// In an edge server's build this stands in the place of lib/database: what would ask it has been given files instead.
export function database(): Promise<never> {
  return Promise.reject(new Error('An edge server has no database.'))
}
