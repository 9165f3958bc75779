// Writes of explanations.
export { explainGlobally, MOST_IMPORTANCE_ROWS } from './explain-globally'
export { explainPrediction } from './explain-prediction'
export { closeExplainer, registerExplainer } from './explainer'
