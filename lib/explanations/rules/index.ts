// Pure decisions of explanations: words, reasons, what is typical.
export { answerInWords, classInWords, outcomeInWords, scoreMeaningOf } from './answer-words'
export { importanceOf } from './importance'
export { principalReasons, reasonSentences, toPredictedReason, type ReasonFacts } from './reasons'
export { placeInWords, readReference, typicalOf, type Reference, type Typical } from './reference-place'
export { rowOf, shownInputs, type InputValue } from './shown-inputs'
export { changeInWords, numberInWords, valueInWords } from './value-words'
