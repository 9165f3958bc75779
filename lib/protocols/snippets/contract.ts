// Ready code for calling a model: in several languages, for each protocol that a plain HTTP client can speak. The token
// never stands in the code; it comes from the environment, or in Excel from a place to fill in.
import type { Field } from '@/lib/registry/contract'

/** What a row may hold. */
export type SnippetValue = string | number | boolean | null

export interface SnippetCall {
  /** Of this installation: https://flightdeck.example.com */
  address: string
  /** The model's slug. */
  model: string
  environment: string
  /** In the order of the signature. */
  fields: readonly Pick<Field, 'name' | 'type'>[]
  row: Readonly<Record<string, SnippetValue>>
}

export type Json = SnippetValue | readonly Json[] | { readonly [name: string]: Json }

/** A call as every language makes it. Its body is JSON, and so is its answer. */
export interface HttpCall {
  url: string
  body: Json
}

export const SNIPPET_PROTOCOLS = ['flightdeck', 'open-inference', 'mlflow', 'kserve-v1', 'torchserve'] as const
export type SnippetProtocol = (typeof SNIPPET_PROTOCOLS)[number]

export const SNIPPET_LANGUAGES = ['curl', 'python', 'typescript', 'java', 'csharp', 'power-query'] as const
export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number]

export const PROTOCOL_LABELS: Record<SnippetProtocol, string> = {
  flightdeck: 'Flightdeck',
  'open-inference': 'Open Inference v2',
  mlflow: 'MLflow',
  'kserve-v1': 'KServe v1',
  torchserve: 'TorchServe',
}

export const LANGUAGE_LABELS: Record<SnippetLanguage, string> = {
  curl: 'curl',
  python: 'Python',
  typescript: 'TypeScript',
  java: 'Java',
  csharp: 'C#',
  'power-query': 'Excel',
}

/** The environment variable that holds the token. */
export const TOKEN_VARIABLE = 'FLIGHTDECK_TOKEN'
export const TIMEOUT_SECONDS = 10
