// Who answers for which model.
export { Route, type Arm, type RoutedModel } from './route'
export { routing, RoutingTable } from './table'
export type { ServedVersion } from './served-version'
export { watchVersions } from './quarantine'
