// The letter to a customer.
export { composeLetter, isAgainst, letterReasons, type LetterFacts } from './compose'
export { DEFAULT_LETTERS, LETTER_SLOTS } from './template'
