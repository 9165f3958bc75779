// Writes of batch scoring.
export { cancelBatchJob, pauseBatchJob, resumeBatchJob, retryBatchJob } from './change-job'
export { createBatchJob, requireBatchJob } from './create-job'
export { inspectBatchSource } from './inspect-source'
export { openBatchFile } from './open-file'
export { redeliverBatchJob } from './redeliver'
export { runBatchJob } from './run-job'
export { changeBatchSchedule, createBatchSchedule, deleteBatchSchedule, requireBatchSchedule, runBatchSchedule } from './schedules'
export { uploadBatchFile } from './upload-file'
