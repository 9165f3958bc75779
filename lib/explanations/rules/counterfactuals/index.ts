// Smallest changes that would have led to another answer.
export { freedomOf, type Freedom } from './freedoms'
export { gapOfAnswer, gapOfScore, goalInWords, goalOf, isReached, type Goal } from './goal'
export { searchCounterfactuals, type FoundState, type SearchResult } from './search'
