// Heavy work in a second process.
export { closeHeavyProcess, HeavyProcess, heavyProcess, startHeavyProcess, type HeavyOptions } from './heavy-process'
export type { HeavyCircumstances, HeavyKind, HeavyTask, HeavyTasks, HeavyWork, StopReason } from './protocol'
