// What an address of these pages asks for. On the server.
import { readView, type MonitoringView, type ViewParams } from '@/components/monitoring/read-view'
import { versionById } from '@/lib/registry/queries'
import type { Field, Version } from '@/lib/registry/contract'
import type { Question } from './api'

export interface InsightView extends MonitoringView {
  chosen: Version | null
  question: Question | null
}

/** Longer than the log of most models: explanations of a month say which factors matter. */
const DEFAULT_RANGE = '30d'

export async function readInsightView(slug: string, asked: ViewParams): Promise<InsightView> {
  const isDefault = asked.range === undefined && asked.from === undefined
  const view = await readView(slug, isDefault ? { ...asked, range: DEFAULT_RANGE } : asked)
  const chosen = (view.version && (await versionById(view.db, view.version.id))) ?? null
  const { environment, range } = view
  return { ...view, chosen, question: chosen && { model: slug, environment, version: chosen.number, from: range.from, to: range.to } }
}

export function isHiddenFrom(field: Pick<Field, 'isSensitive'>, maySeeSensitive: boolean): boolean {
  return field.isSensitive && !maySeeSensitive
}
