// Writes about releases: request, decide, roll back, set the policy.
export { approvePromotion, cancelPromotion, rejectPromotion } from './decide'
export { requestPromotion } from './request'
export { rollback } from './rollback'
export { setPolicy } from './policy'
export type { ObservedCallsReader } from './observed-calls'
