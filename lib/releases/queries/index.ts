// Reads of releases, promotions and policies.
export { listPolicies, policyFor } from './policies'
export { findPromotion, listPromotions, pendingPromotions, type PromotionFilter, type PromotionPage } from './promotions'
export { currentReleases, releaseInForce, versionsReleasedBefore } from './releases'
export { listReleases, type ReleaseFilter, type ReleasePage } from './timeline'
