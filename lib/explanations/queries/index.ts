// Reads of explanations and of the decisions they explain.
export { findDecision } from './decision'
export { callerNames, listDecisions, type Reader } from './decisions'
export { explanationOf, servedExplanation, versionsWithoutImportance } from './explanations'
export { reasonRevisionOf, reasonRevisions, reasonSettingsOf } from './reason-settings'
export { searchChoices, type SearchChoices } from './search-choices'
