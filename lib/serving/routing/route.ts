// What answers for one model in one environment, as of one release and one revision of each of its settings.
import type { Release, ReleaseArm } from '@/lib/releases/contract'
import { armLimits, assignmentSalt, bucketOf, BUCKETS, compileGuardrails, type Guard } from '../rules'
import type { ExplanationPolicy, Guardrails, ServingSettings } from '../contract'
import type { ServedVersion } from './served-version'

export interface Arm {
  version: ServedVersion
  below: number
  guard: Guard | null
}

export interface RoutedModel {
  id: string
  slug: string
}

export interface RouteParts {
  model: RoutedModel
  environment: string
  /** Null for a version that was asked for by its number and is not released. */
  release: Release | null
  arms: readonly ReleaseArm[]
  versions: ReadonlyMap<string, ServedVersion>
  guardrails: Guardrails
  explanations: ExplanationPolicy
  settings: ServingSettings
}

export class Route {
  readonly model: RoutedModel
  readonly environment: string
  readonly release: Release | null
  readonly settings: ServingSettings
  private readonly arms: readonly Arm[]
  private readonly salt: string

  constructor(private readonly parts: RouteParts) {
    const { model, environment, release, arms, versions, guardrails, settings } = parts
    this.model = model
    this.environment = environment
    this.release = release
    this.settings = settings
    this.salt = assignmentSalt(model.id, environment, arms)
    this.arms = armLimits(arms).flatMap(({ versionId, below }) => {
      const version = versions.get(versionId)
      return version ? [{ version, below, guard: compileGuardrails(guardrails.rules, version.fieldNames) }] : []
    })
  }

  get versions(): ServedVersion[] {
    return this.arms.map((arm) => arm.version)
  }

  /** The same, but one version answers everything: it was asked for by its number. */
  only(version: ServedVersion): Route {
    const isReleased = this.arms.some((arm) => arm.version === version)
    const all: ReleaseArm = { versionId: version.id, versionNumber: version.number, role: 'champion', shareBasisPoints: BUCKETS }
    return new Route({ ...this.parts, release: isReleased ? this.release : null, arms: [all], versions: new Map([[version.id, version]]) })
  }

  /** Whether the prediction with this id is explained as it is served: chance is the id's own, so that it can be told later. */
  explains(predictionId: string): boolean {
    const { share } = this.parts.explanations
    return share >= 1 || (share > 0 && Number.parseInt(predictionId.slice(-8), 16) < share * 2 ** 32)
  }

  /** The arm of a subject; by chance where there is no subject. */
  armOf(subject: string | null): Arm | undefined {
    if (this.arms.length === 1) return this.arms[0]
    const bucket = subject === null ? Math.floor(Math.random() * BUCKETS) : bucketOf(this.salt, subject)
    return this.arms.find((arm) => bucket < arm.below)
  }
}
