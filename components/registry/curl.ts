/** A command for a POSIX shell; a quote inside the JSON is written as '\''. */
export function curlOf(address: string, slug: string, inputs: Record<string, unknown>): string {
  const body = JSON.stringify({ inputs }, null, 2).replaceAll("'", "'\\''")
  return [
    `curl ${address}/api/models/${slug}/predict \\`,
    "  -H 'authorization: Bearer fd_YOUR_TOKEN' \\",
    "  -H 'content-type: application/json' \\",
    `  -d '${body}'`,
  ].join('\n')
}
