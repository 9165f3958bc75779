// Ready code for calling a model. Pure: the page makes it in the browser, from the row in view.
import { callOf } from './calls'
import type { HttpCall, SnippetCall, SnippetLanguage, SnippetProtocol } from './contract'
import { csharp } from './languages/csharp'
import { curl } from './languages/curl'
import { java } from './languages/java'
import { powerQuery } from './languages/power-query'
import { python } from './languages/python'
import { typescript } from './languages/typescript'

export { LANGUAGE_LABELS, PROTOCOL_LABELS, SNIPPET_LANGUAGES, SNIPPET_PROTOCOLS, type SnippetCall, type SnippetLanguage, type SnippetProtocol, type SnippetValue } from './contract'

const WRITERS: Record<SnippetLanguage, (call: HttpCall) => string> = { curl, python, typescript, java, csharp, 'power-query': powerQuery }

export function snippetOf(language: SnippetLanguage, protocol: SnippetProtocol, call: SnippetCall): string {
  return WRITERS[language](callOf(protocol, call))
}
