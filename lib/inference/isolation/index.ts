// Runs versions where they can harm nobody else, and keeps book of which one runs here.
export { isolation, Isolation, openIsolated, type IsolatedVersion } from './open-isolated'
export { RunJournal } from './run-journal'
