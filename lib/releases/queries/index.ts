// Reads of releases, promotions and policies.
export { listPolicies, policyFor } from './policies'
export { countPendingPromotions, findPromotion, listPromotions, pendingPromotions, type PromotionFilter, type PromotionPage } from './promotions'
export { currentReleases, findRelease, releaseInForce, versionsReleasedBefore } from './releases'
export { listReleases, recordsOf, releasesInForce, type ReleaseFilter, type ReleasePage } from './timeline'
export { promotionTargets } from './targets'
