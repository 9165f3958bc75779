// Who answers for which model.
export { Route, type Arm, type RoutedModel } from './route'
export { routing, RoutingTable, type ReleasedModel, type Routing } from './table'
export { ServedVersion } from './served-version'
export { watchVersions } from './quarantine'
