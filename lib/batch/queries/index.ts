// Reads of batch scoring.
export { batchAnswers, type BatchAnswers } from './answers'
export { countOpenBatchJobs, deliveriesOf, findBatchJob, listBatchJobs, type JobCursor, type JobFilter } from './jobs'
export { mayFetch } from './may-fetch'
export { areFilesThere, batchPlaces } from './places'
export { rejectedSummary } from './rejected'
export { findBatchSchedule, listBatchSchedules } from './schedules'
