// Writes of explanations, and what is asked of models without keeping it.
export { askVersions } from './ask-versions'
export { explainGlobally, MOST_IMPORTANCE_ROWS } from './explain-globally'
export { explainPrediction } from './explain-prediction'
export { closeExplainer, registerExplainer } from './explainer'
export { findCounterfactuals } from './find-counterfactuals'
export { showDependence } from './show-dependence'
export { whatIf } from './what-if'
