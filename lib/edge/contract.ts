// What leaves the house for a server without network, or for another engine: the words of a bundle and of an export.
import { z } from 'zod'
import type { ReasonRevision } from '@/lib/explanations/contract'
import type { ProfileShape } from '@/lib/math/profile'
import type { ReferenceData, Signature } from '@/lib/registry/contract'
import type { Release } from '@/lib/releases/contract'
import type { ExplanationPolicy, Guardrails, ServingSettings } from '@/lib/serving/contract'

/** For a server at the edge and its deployment, for Triton's model repository, or for KServe. */
export const EXPORT_KINDS = ['edge', 'kubernetes', 'triton', 'kserve'] as const
export type ExportKind = (typeof EXPORT_KINDS)[number]

export const exportBody = z.strictObject({
  environment: z.string().min(1).default('production'),
  kind: z.enum(EXPORT_KINDS),
})
export type ExportInput = z.input<typeof exportBody>

export interface ExportedExplainer {
  buildMs: number
  /** Exactly, and fast enough for every answer; else only those are explained that reasons are asked for. */
  isQuick: boolean
  isExact: boolean
  /** What is read of the file says what the runtime says. */
  isRead: boolean
}

export interface ExportedVersion {
  id: string
  number: number
  artifactHash: string
  artifactBytes: number
  signature: Signature
}

/** What the champion answers by, as of one moment. */
export interface ModelExport {
  id: string
  kind: ExportKind
  createdAt: number
  /** Name of who exported it. */
  createdBy: string
  /** Version of the program. */
  flightdeck: string
  model: { id: string; slug: string; name: string }
  environment: string
  /** The one in force, with its champion alone. */
  release: Release
  version: ExportedVersion
  guardrails: Guardrails
  explanations: ExplanationPolicy
  settings: ServingSettings
  reasons: ReasonRevision
  reference: ReferenceData | null
  attributionShape: ProfileShape | null
  /** Null where the version has no background sample to explain it against. */
  explainer: (ExportedExplainer & { backgroundHash: string }) | null
}

/** The files of a bundle beside its manifest, which names each with its SHA-256. */
export const BUNDLE_FILES = {
  manifest: 'bundle.json',
  model: 'model.onnx',
  signature: 'signature.json',
  guardrails: 'guardrails.json',
  settings: 'settings.json',
  reference: 'reference.json',
  background: 'background.json',
  tokens: 'tokens.json',
} as const

export interface BundledToken {
  id: string
  name: string
  /** SHA-256 of the secret, which is nowhere in the bundle. */
  hash: string
}

export interface BundledSettings {
  settings: ServingSettings
  explanations: ExplanationPolicy
  reasons: ReasonRevision
}

export interface BundledReference {
  reference: ReferenceData | null
  attributionShape: ProfileShape | null
}

/** Of a file that is packed: what it is once unpacked. */
export interface PackedFile {
  /** In the bundle, Brotli (RFC 7932). */
  path: string
  name: string
  sha256: string
  bytes: number
}

export interface BundleManifest {
  format: 1
  id: string
  createdAt: string
  createdBy: string
  flightdeck: string
  /** `linux/x64` */
  platform: string
  model: ModelExport['model']
  environment: string
  version: { id: string; number: number; artifactHash: string }
  release: Release
  /** Null where reasons are not given at the edge. */
  explainer: ExportedExplainer | null
  /** ONNX Runtime's own files. */
  runtime: PackedFile[]
  files: Record<string, { sha256: string; bytes: number }>
}
