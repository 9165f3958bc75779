import { clinicScenario } from '../clinic/scenario'
import { creditUnionScenario } from '../credit-union/scenario'
import { shopScenario } from '../shop/scenario'
import type { Scenario } from './story'
import type { ReplayWindow } from './window'

export function scenariosOf(window: ReplayWindow): Scenario[] {
  return [clinicScenario(window), shopScenario(window), creditUnionScenario(window)]
}
