// Reads of explanations and of the decisions they explain.
export { askedDecision, type AskedDecision } from './asked-decision'
export { findDecision } from './decision'
export { callerNames, listDecisions, type Reader } from './decisions'
export { explanationOf, servedExplanation, versionsNotAssessed, versionsWithoutImportance } from './explanations'
export { knownFields, reasonRevisionOf, reasonRevisions, reasonSettingsOf } from './reason-settings'
export { searchChoices, type SearchChoices } from './search-choices'
export { similarDecisions } from './similar'
