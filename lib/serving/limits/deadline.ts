// Answers at the deadline, also while the model still runs.
import { tooLate } from './refusals'

/**
 * The work's own result where it is there in time; else `deadline_exceeded`, at the deadline. The work goes on, and what it
 * uses must stay open until it ends: release that when `work` settles, not when this does.
 * @param deadline performance.now(); null without one
 */
export function beforeDeadline<T>(work: Promise<T>, deadline: number | null): Promise<T> {
  if (deadline === null) return work
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate()), Math.max(0, Math.ceil(deadline - performance.now())))
    work.then(
      (result) => {
        clearTimeout(timer)
        if (performance.now() > deadline) reject(tooLate())
        else resolve(result)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
