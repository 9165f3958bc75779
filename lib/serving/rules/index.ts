// Pure decisions of the serving lane: who serves a key, what a row must be, what may be answered.
export { armLimits, assignmentSalt, bucketOf, BUCKETS, type ArmLimit } from './assignment'
export { compileGuardrails, type Guard, type GuardedAnswer } from './guardrails'
export { extraOf, outputOf, scoreOf, withScore } from './output'
export { DEFAULT_ENVIRONMENT, invalid, readPredictCall, type Locale, type PredictCall } from './predict-call'
export { profileValues, shapeOf } from './profile-values'
export { compileValidator, MOST_PROBLEMS, type InputValue, type RowValidator } from './validation'
