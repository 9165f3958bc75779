// What answers for one model in one environment, as of one release and one revision of its guardrails.
import type { Release } from '@/lib/releases/contract'
import { armLimits, assignmentSalt, bucketOf, BUCKETS, compileGuardrails, type Guard } from '../rules'
import type { ExplanationPolicy, Guardrails } from '../contract'
import type { ServedVersion } from './served-version'

interface Arm {
  version: ServedVersion
  below: number
  guard: Guard | null
}

export interface RoutedModel {
  id: string
  slug: string
}

export class Route {
  private readonly arms: readonly Arm[]
  private readonly salt: string

  constructor(
    readonly model: RoutedModel,
    readonly environment: string,
    readonly release: Release,
    versions: ReadonlyMap<string, ServedVersion>,
    guardrails: Guardrails,
    private readonly explanations: ExplanationPolicy,
  ) {
    this.salt = assignmentSalt(model.id, environment, release.arms)
    this.arms = armLimits(release.arms).flatMap(({ versionId, below }) => {
      const version = versions.get(versionId)
      return version ? [{ version, below, guard: compileGuardrails(guardrails.rules, version.fieldNames) }] : []
    })
  }

  get versions(): ServedVersion[] {
    return this.arms.map((arm) => arm.version)
  }

  /** Whether the prediction with this id is explained as it is served: chance is the id's own, so that it can be told later. */
  explains(predictionId: string): boolean {
    const { share } = this.explanations
    return share >= 1 || (share > 0 && Number.parseInt(predictionId.slice(-8), 16) < share * 2 ** 32)
  }

  /** The arm of a subject; by chance where there is no subject. */
  armOf(subject: string | null): Arm | undefined {
    if (this.arms.length === 1) return this.arms[0]
    const bucket = subject === null ? Math.floor(Math.random() * BUCKETS) : bucketOf(this.salt, subject)
    return this.arms.find((arm) => bucket < arm.below)
  }
}

export type { Arm }
