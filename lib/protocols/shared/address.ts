// Which model, environment and version a call means in a protocol that knows only a model's name: `no-show-risk` is what
// production serves, `no-show-risk@staging` another environment, and a version is asked for by its number in the path.
import { notFound } from '@/lib/platform/errors'
import { DEFAULT_ENVIRONMENT } from '@/lib/serving/rules'
import type { RawCall } from '../contract'

export const ENVIRONMENT_HEADER = 'x-flightdeck-environment'

export interface Address {
  /** The model's slug. */
  model: string
  environment: string
  /** Null for the one that the release in force chooses. */
  version: number | null
}

/**
 * @param name as it stands in the path, still encoded; its suffix counts before the header
 * @param version as it stands in the path, where the protocol has one there
 * @throws ProblemError `version_unknown` for a version that is no number
 */
export function addressOf(name: string, headers: RawCall['headers'], version?: string | null): Address {
  const decoded = decodedPart(name)
  const at = decoded.lastIndexOf('@')
  const model = at < 0 ? decoded : decoded.slice(0, at)
  const suffix = at < 0 ? '' : decoded.slice(at + 1)
  return { model, environment: suffix || headers[ENVIRONMENT_HEADER] || DEFAULT_ENVIRONMENT, version: versionNumber(version, model) }
}

/** A part of a path without its percent signs; as it came where they mean nothing. */
export function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** As answers name it, so that a client that reads it back calls the same again. */
export function nameOf({ model, environment }: Pick<Address, 'model' | 'environment'>): string {
  return environment === DEFAULT_ENVIRONMENT ? model : `${model}@${environment}`
}

function versionNumber(version: string | null | undefined, model: string): number | null {
  if (version === undefined || version === null || version === '') return null
  const text = decodedPart(version)
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw notFound(`version ${text.slice(0, 20)} of ${model.slice(0, 64)}: versions have numbers`, 'version_unknown')
}
