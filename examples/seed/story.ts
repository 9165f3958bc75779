// What a scenario is made of: what people do (steps) and what an application asks (calls), each at its time. Pure: the
// player turns them into commands.
import type { IncidentKind } from '@/lib/alerts/contract'
import type { MonitorKind, MonitorRule } from '@/lib/monitoring/contract'
import type { GateRule, ReleasePlan } from '@/lib/releases/contract'
import type { ExplanationMode, GuardrailRule } from '@/lib/serving/contract'
import type { ReplayWindow } from './window'

export type Business = 'clinic' | 'shop' | 'credit-union'

/** One thing a person does. Who does it follows from what it is: see act.ts. */
export type Step = { at: number } & Act

export type Act =
  /** Registers examples/<business>/<file>.onnx with its metadata and reference data. */
  | { kind: 'register'; file: string }
  | { kind: 'request'; version: number; environment: 'staging' | 'production'; plan?: ReleasePlan; reason: string }
  | { kind: 'approve'; version: number; comment: string }
  | { kind: 'reject'; version: number; comment: string }
  | { kind: 'guardrails'; rules: GuardrailRule[] }
  /** Sets how reasons are told, from examples/<business>/reasons.json. */
  | { kind: 'reasons' }
  /** Says which predictions are explained as they are served. */
  | { kind: 'explanations'; mode: ExplanationMode }
  | { kind: 'policy'; requiredApprovals: number; gates: GateRule[] }
  /** Changes the monitors that a model got with its first release. */
  | { kind: 'monitors'; changes: MonitorChanges }
  /** Plans to score a file of the folder for batch jobs, which is written with it. */
  | { kind: 'plan-batch'; name: string; pattern: string; file: string; rows: readonly Readonly<Record<string, string | number>>[]; subject: string }
  /** What is due of batch jobs is done, as the scheduler would. */
  | { kind: 'batch' }
  | { kind: 'acknowledge' | 'resolve'; incident: IncidentKind; note: string }

export type MonitorChanges = { [K in MonitorKind]?: Partial<Extract<MonitorRule, { kind: K }>> }

export interface Call {
  at: number
  subject: string
  inputs: Readonly<Record<string, string | number>>
  isExplained?: boolean
  /** A row the application should not have sent; it is answered with 422. */
  isWrong?: boolean
  /** What the application reports later, given the answer: the probability or the value. */
  reports(answer: number): Report[]
}

export type Report = {
  /** Not within the call's own batch (agenda.ts). */
  sentAt: number
  occurredAt: number
  /** By which key it is joined: the id of the prediction, or the business's own key. */
  by: 'prediction' | 'subject'
} & ({ kind: 'outcome'; outcome: number } | { kind: 'kpi'; name: string; value: number })

export interface Scenario {
  business: Business
  /** Slug of the model. */
  model: string
  name: string
  description: string
  owner: string
  tags: string[]
  /** What its answers are counted in. */
  scoreUnit?: string
  /** Whether the dates of the lineage belong to the simulated calendar. */
  hasSimulatedDates: boolean
  /** The program that calls, by the name of its token. */
  application: string
  steps: Step[]
  /** The calls of the day that begins at `day` (real time), in order of time. */
  callsOn(day: number): Call[]
}

export type ScenarioOf = (window: ReplayWindow, options?: ScenarioOptions) => Scenario

export interface ScenarioOptions {
  /** Calls on an average (week)day; see the simulator of the business. */
  perDay?: number
}
