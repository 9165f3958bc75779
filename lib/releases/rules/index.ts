// Pure decisions about releases: no clock, no database. Pages ask the same questions as commands.
export { armsOf, championOf, rollbackArms, rollbackTarget, sameArms, servesAlone, type Arm } from './arms'
export {
  approvalRefusal,
  approvalsGiven,
  approvalsMissing,
  cancelRefusal,
  decisionRefusal,
  failedGates,
  requestRefusal,
  type Refusal,
} from './decisions'
export { metricThreshold, referenceRowsAnswered, type MetricFigure, type RowsAnswered } from './gates'
export { signatureCompatible, type ObservedCalls } from './signature-compatible'
