// A version as examples/<business> holds it, its dates moved to real time, ready to be registered.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReasonSettingsInput } from '@/lib/explanations/contract'
import type { Registration } from '@/lib/registry/commands'
import type { Lineage, VersionMetadata } from '@/lib/registry/contract'
import type { Scenario } from './story'

export async function readRegistration(scenario: Scenario, file: string, shift: number): Promise<Registration> {
  const folder = join(process.cwd(), 'examples', scenario.business)
  const metadata = JSON.parse(await readFile(join(folder, `${file}.json`), 'utf8')) as VersionMetadata
  const { lineage } = metadata
  return {
    model: scenario.model,
    metadata: {
      ...metadata,
      name: scenario.name,
      owner: scenario.owner,
      tags: scenario.tags,
      ...(scenario.scoreUnit === undefined ? {} : { scoreUnit: scenario.scoreUnit }),
      ...(lineage && scenario.hasSimulatedDates ? { lineage: movedLineage(lineage, shift) } : {}),
    },
    artifact: await readFile(join(folder, `${file}.onnx`)),
    reference: { fileName: `reference-${file}.csv`, content: await readFile(join(folder, `reference-${file}.csv`)) },
  }
}

export async function readReasons({ business }: Pick<Scenario, 'business'>): Promise<ReasonSettingsInput> {
  return JSON.parse(await readFile(join(process.cwd(), 'examples', business, 'reasons.json'), 'utf8')) as ReasonSettingsInput
}

const DATE = /^\d{4}-\d{2}-\d{2}$/

export function movedLineage(lineage: Lineage, shift: number): Lineage {
  const { period, parameters } = lineage
  return {
    ...lineage,
    ...(period ? { period: { from: movedDate(period.from, shift), to: movedDate(period.to, shift) } } : {}),
    ...(parameters
      ? {
          parameters: Object.fromEntries(
            Object.entries(parameters).map(([name, value]) => [
              name,
              typeof value === 'string' && DATE.test(value) ? movedDate(value, shift) : value,
            ]),
          ),
        }
      : {}),
  }
}

function movedDate(date: string, shift: number): string {
  return new Date(Date.parse(date) + shift).toISOString().slice(0, 10)
}
