// The hour's profile of explanations says what the log says.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { and, eq } from 'drizzle-orm'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { attributionValues } from '@/lib/math/attribution-profile'
import { Profile } from '@/lib/math/profile'
import type { Version } from '@/lib/registry/contract'
import { predict, setExplanationPolicy } from '../commands'
import { findPrediction, listPredictions } from '../queries'
import { servingTables } from '../tables'
import { endServing, exampleRows, operator, program, registerExample, releaseToStaging } from '../testing/fixture'
import type { ListPredictAnswer } from '../contract'

const MODEL = 'no-show-risk'
const environment = 'staging'

describe.each(ENGINES)('profiles of explanations on %s', (engine) => {
  let db: Database
  let version: Version
  beforeAll(async () => {
    db = await openTestDatabase(engine)
    version = await registerExample('clinic', 1)
    await releaseToStaging(MODEL, 1)
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  const hours = async () => {
    const { profiles } = db.tables(servingTables)
    return db.select().from(profiles).where(and(eq(profiles.versionId, version.id), eq(profiles.environment, environment)))
  }

  it('counts the explained rows of every commit, also after the hour was forgotten', async () => {
    const rows = exampleRows('clinic', 120)
    await predict(program, MODEL, { environment, inputs: rows.slice(0, 50) })
    await setExplanationPolicy(operator, { model: MODEL, environment, mode: 'on-demand' })
    await endServing()
    const unexplained = (await predict(program, MODEL, { environment, inputs: rows.slice(50, 80) })) as ListPredictAnswer
    expect((await findPrediction(db, unexplained.predictions[0]?.id ?? ''))?.explanation).toBeNull()
    await setExplanationPolicy(operator, { model: MODEL, environment, mode: 'always' })
    await predict(program, MODEL, { environment, inputs: rows.slice(80) })

    const shape = version.attributions?.shape ?? []
    const fields = version.signature.fields.map((field) => field.name)
    const counted = new Profile(shape)
    const { predictions } = await listPredictions(db, { modelId: version.modelId, limit: 200 })
    for (const { explanation } of predictions) if (explanation) counted.addRow(attributionValues(fields, explanation.values))
    const stored = new Profile(shape)
    const written = await hours()
    for (const { attributions } of written) if (attributions) stored.merge(Profile.decode(shape, attributions))
    expect(written.reduce((sum, hour) => sum + hour.explained, 0)).toBe(90)
    expect(written.reduce((sum, hour) => sum + hour.rows, 0)).toBe(120)
    for (const column of shape.keys()) expect(stored.summary(column).counts).toEqual(counted.summary(column).counts)
  })
})
