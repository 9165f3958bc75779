// A model's health in a word and a mark per aspect, for people who have a minute.
import type { Health, Monitor, MonitorRule } from '../contract'

/** Slower answers are felt by people who wait for them (Nielsen 1993: one second keeps the flow of thought). */
const SLOW_MS = 1000

/** Told as needing attention also where no monitor has judged it yet. */
const MANY_ERRORS = 0.05

/** From what the monitor of this kind found last. */
export function healthOfMonitor(monitors: readonly Monitor[], kind: MonitorRule['kind'], quietWords: string): Health {
  const watching = monitors.filter((monitor) => monitor.rule.kind === kind && monitor.isEnabled)
  if (watching.length === 0) return { state: 'unknown', words: 'Not watched' }
  const found = watching.flatMap((monitor) => monitor.lastFinding ?? [])
  const fired = found.find((finding) => finding.state === 'fired')
  if (fired) return { state: fired.severity, words: fired.sentence }
  if (found.some((finding) => finding.state === 'quiet')) return { state: 'ok', words: quietWords }
  return { state: 'unknown', words: found[0]?.sentence ?? 'Not checked yet' }
}

export function healthOfErrors(monitors: readonly Monitor[], today: { rows: number; errors: number }): Health {
  const watched = healthOfMonitor(monitors, 'errors', '')
  if (watched.state === 'problem') return watched
  const calls = today.rows + today.errors
  if (calls === 0) return { state: 'unknown', words: 'No calls in 24 hours' }
  if (today.errors === 0) return { state: 'ok', words: 'No failed calls' }
  const share = today.errors / calls
  const percent = share < 0.001 ? 'Under 0.1' : (share * 100).toFixed(1)
  return { state: share > MANY_ERRORS ? 'attention' : 'ok', words: `${percent}\u00a0% of calls failed` }
}

export function healthOfLatency(p99Ms: number | null): Health {
  if (p99Ms === null) return { state: 'unknown', words: 'No calls in 24 hours' }
  const words = `99\u00a0% of answers within ${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)}\u00a0ms`
  return { state: p99Ms > SLOW_MS ? 'attention' : 'ok', words }
}
