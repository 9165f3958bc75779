// Load from this process on another: bounded in connections and seconds.
import autocannon from 'autocannon'

export interface LoadResult {
  connections: number
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  errors: number
  refused: number
}

export async function load(url: string, options: { body: string; headers?: Record<string, string>; connections: number; seconds: number }): Promise<LoadResult> {
  const { body, headers = {}, connections, seconds } = options
  const result = await autocannon({ url, method: 'POST', body, headers: { 'content-type': 'application/json', ...headers }, connections, duration: seconds })
  return {
    connections,
    requestsPerSecond: Math.round(result.requests.average),
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    errors: result.errors + result.timeouts,
    refused: result.non2xx,
  }
}
