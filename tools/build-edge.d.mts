/** Writes `main.mjs` and `package.json`, by default into dist/edge. */
export function buildEdge(folder?: string): Promise<unknown>
