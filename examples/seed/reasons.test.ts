// The wording of the demo's reasons fits the fields that its models have.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reasonSettingsSchema } from '@/lib/explanations/contract'
import { checkReasonSettings } from '@/lib/explanations/rules'
import type { Field, FieldMetadata } from '@/lib/registry/contract'
import { readReasons } from './registration'

function fieldsOf(business: string): Field[] {
  const metadata = JSON.parse(readFileSync(join(process.cwd(), 'examples', business, 'fields.json'), 'utf8')) as Record<string, FieldMetadata>
  return Object.entries(metadata).map(([name, { categories, displayName = name, ...field }]) => ({
    isSensitive: false, isActionable: false, isRequired: false, isClosed: false, ...field, name, displayName,
    type: categories ? 'text' : 'number', tensor: name, column: 0, mayBeMissing: true, ...(categories ? { categoryLabels: categories } : {}),
  }))
}

describe.each(['clinic', 'credit-union'] as const)('the reasons of the %s', (business) => {
  it('are settings that would be taken', async () => {
    expect(checkReasonSettings(reasonSettingsSchema.parse(await readReasons({ business })), fieldsOf(business))).toEqual([])
  })

  it('have a German name for every field, and a German label for every value they label', async () => {
    const { names, labels } = reasonSettingsSchema.parse(await readReasons({ business }))
    const fields = fieldsOf(business)
    expect(fields.flatMap((field) => (names[field.name]?.de === undefined ? [field.name] : []))).toEqual([])
    for (const [field, told] of Object.entries(labels)) expect(Object.keys(told).sort(), field).toEqual(Object.keys(fields.find(({ name }) => name === field)?.categoryLabels ?? {}).sort())
  })
})
