// The words of evidence: what a bundle has in it, how it is signed, and the keys that sign.
import { z } from 'zod'
import type { AuditEvent } from '@/lib/audit/contract'
import type { Scale } from '@/lib/explanations/contract'
import type { Explainability, Lineage, ModelSummary, Signature } from '@/lib/registry/contract'
import type { GateRule, ReleaseRecord } from '@/lib/releases/contract'
import type { ExplanationMode, GuardrailHit, GuardrailRule } from '@/lib/serving/contract'
import type { WithIsoTimes } from '../rules/times'

export const BUNDLE_FORMAT = 'flightdeck-evidence'
export const BUNDLE_FORMAT_VERSION = 1
/** Where the public keys are, for everybody. */
export const KEYS_PATH = '/.well-known/flightdeck-keys.json'
export const MOST_PREDICTIONS = 1000
/** Artifacts up to this size are part of a bundle unless it is said otherwise, so that it can be replayed alone. */
export const SMALL_ARTIFACT_BYTES = 5 * 1024 * 1024
/** All files of one bundle. */
export const MOST_FILE_BYTES = 100 * 1024 * 1024
/** Events of the audit chain in one bundle; the newest are kept. */
export const MOST_EVENTS = 2000

export const evidenceRequestSchema = z.strictObject({
  predictions: z.array(z.string().max(100)).min(1, 'Give at least one prediction id.').max(MOST_PREDICTIONS, `Give at most ${MOST_PREDICTIONS} prediction ids at once.`),
  /** Without it, artifacts up to 5 MB are included. */
  withArtifact: z.boolean().optional(),
  /** Who asked for it and why; kept with the audit event. */
  reason: z.string().trim().max(500).optional(),
})
export type EvidenceRequest = z.input<typeof evidenceRequestSchema>

export const rotationSchema = z.strictObject({
  reason: z.string().trim().min(3, 'Say why: it is kept with the audit event.').max(500),
})

/** A key as everybody may see it. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  id: string
  /** Raw public key, base64url: the JWK's `x`. */
  publicKey: string
  createdAt: number
  createdBy: string
  /** It signs nothing after this; what it signed before stays valid. */
  retiredAt: number | null
}

/** RFC 7517, RFC 8037; `created` and `retired` are the key's period, RFC 3339. */
export interface PublicKeySet {
  keys: { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; use: 'sig'; alg: 'EdDSA'; created: string; retired: string | null }[]
}

/**
 * What is signed for each part of the content. The SHA-256 proves; `leaves` only tells where to look: of each value in
 * the part, in canonical order, the first 6 hex digits of the SHA-256 of `pointer=value`.
 */
export interface PartHash {
  sha256: string
  leaves: string
}

/** Parts by section and key. */
export type Content = Record<string, Record<string, unknown>>
export type Manifest = Record<string, Record<string, PartHash>>

export interface Bundle<C extends Content = Content> {
  format: typeof BUNDLE_FORMAT
  formatVersion: typeof BUNDLE_FORMAT_VERSION
  content: C
  manifest: Manifest
  /** Of the canonical JSON of all members but the content, which the manifest stands for, and without `value`. */
  signature: { alg: 'Ed25519'; kid: string; publicKey: string; value: string }
}

export interface RuntimeVersions {
  flightdeck: string
  node: string
  onnxruntime: string
  platform: string
  arch: string
}

/** How the model's answer came out when it was computed again. `largest` is relative; 0 where every bit is the same. */
export interface Comparison {
  isIdentical: boolean
  largest: number
  /** Where the difference is largest. */
  at: string | null
}

export interface Replayed {
  answer: Comparison
  /** Null where there is no explanation, or where sampling it again would take too long while somebody waits. */
  explanation: Comparison | null
}

export interface EvidenceExplanation {
  method: 'exact' | 'permutation'
  scale: Scale
  base: number
  values: Record<string, number>
  /** Standard errors of sampling; null where the method is exact. */
  errors: Record<string, number> | null
  permutations: number
  residual: number | null
  chosenClass: string | null
  backgroundHash: string
  /** RFC 3339. */
  createdAt: string
}

export interface EvidencePrediction {
  at: string
  model: string
  version: string
  /** Null where the version was asked for by its number before it was released. */
  release: string | null
  environment: string
  caller: { id: string; name: string }
  subject: string | null
  requestId: string | null
  inputs: Record<string, number | string | boolean | null>
  answer: { inWords: string; label: string | null; score: number | null; probabilities: Record<string, number> | null }
  /** What the model itself said, where a guardrail answered instead. */
  modelScore: number | null
  guardrail: GuardrailHit | null
  latencyMicros: number
  explanation: EvidenceExplanation | null
  /** The field with the largest contribution. */
  topReason: string | null
  outcome: { inWords: string; occurredAt: string; receivedAt: string } | null
  /** Keys of the section `settings`: what was in force at the time; null where nothing had been set. */
  settings: { guardrails: string | null; explanationPolicy: string | null; reasons: string | null }
  /** Computed again when the bundle was issued, under the versions named in `issue.runtime`. */
  replayed: Replayed | null
}

export interface EvidenceVersion {
  model: string
  number: number
  description: string
  /** A server elsewhere answered: the artifact is the document that describes it, and nothing can be made again from that. */
  runtime?: 'remote'
  artifactHash: string
  artifactBytes: number
  referenceHash: string | null
  backgroundHash: string | null
  signature: Signature
  lineage: Lineage
  referenceMetrics: Record<string, number> | null
  explainability: Explainability | null
  registeredAt: string
  registeredBy: { id: string; name: string }
}

/** As it is kept, and the policy that was in force when its promotion was requested. */
export type EvidenceRelease = WithIsoTimes<ReleaseRecord> & { policy: string | null }

export type EvidenceSetting =
  | { kind: 'policy'; model: string; environment: string; revision: number; requiredApprovals: number; gates: GateRule[]; createdAt: string; createdBy: string }
  | { kind: 'guardrails'; model: string; environment: string; revision: number; rules: GuardrailRule[]; createdAt: string; createdBy: string }
  | { kind: 'explanation-policy'; model: string; environment: string; revision: number; mode: ExplanationMode; share: number; createdAt: string; createdBy: string }
  | { kind: 'reasons'; model: string; revision: number; settings: unknown; createdAt: string; createdBy: string }

export interface EvidenceFile {
  kind: 'artifact' | 'background'
  bytes: number
  /** Artifacts as base64, samples as the text that they are. */
  encoding: 'base64' | 'utf8'
  content: string
}

/** An event of the chain with the RFC 9162 audit path from its hash to the root. */
export interface EvidenceEvent {
  event: AuditEvent
  path: string[]
}

export interface BundleContent extends Content {
  issue: {
    id: string
    issuedAt: string
    issuedBy: { kind: string; id: string; name: string }
    reason: string | null
    installation: string
    /** In the order in which they were asked for. */
    predictions: string[]
    runtime: RuntimeVersions
  }
  predictions: Record<string, EvidencePrediction>
  models: Record<string, WithIsoTimes<ModelSummary>>
  versions: Record<string, EvidenceVersion>
  releases: Record<string, EvidenceRelease>
  settings: Record<string, EvidenceSetting>
  /** By SHA-256. */
  files: Record<string, EvidenceFile>
  /** By sequence number: those that concern the models, versions, releases and predictions of this bundle. */
  events: Record<string, EvidenceEvent>
  /** The head of the whole chain and the root of the tree over the hashes of all its events (RFC 9162, section 2.1). */
  chain: { sequence: number; hash: string; root: string; path: string[]; isComplete: boolean }
}

/** A bundle as it was handed out. */
export interface IssuedEvidence {
  id: string
  fileName: string
  /** The bytes of the file, which are canonical JSON. */
  text: string
  /** SHA-256 of the file, also in the audit event `evidence.issued`. */
  sha256: string
  bundle: Bundle<BundleContent>
}
