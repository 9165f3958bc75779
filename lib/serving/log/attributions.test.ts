// The hour's profile of explanations says what the log says.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { and, eq } from 'drizzle-orm'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { attributionValues } from '@/lib/math/attribution-profile'
import { Profile } from '@/lib/math/profile'
import { setOnce } from '@/lib/platform/once'
import type { Version } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import { predict, setExplanationPolicy } from '../commands'
import { findPrediction, listPredictions } from '../queries'
import { servingTables } from '../tables'
import { endServing, exampleRows, operator, program, registerExample, releaseToStaging } from '../testing/fixture'
import type { ListPredictAnswer, SinglePredictAnswer } from '../contract'

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
  it('leaves a version whose explainer would hold up answers to be explained after them', async () => {
    const { versions } = db.tables(registryTables)
    const heavy = await registerExample('clinic', 2)
    const { explainability } = heavy
    if (!explainability?.held) throw new Error('the clinic is explained exactly')
    const slow = { ...explainability, held: { ...explainability.held, rowMicroseconds: 3000 } }
    await db.write((tx) => tx.update(versions).set({ explainability: slow }).where(eq(versions.id, heavy.id)))
    await releaseToStaging(MODEL, 2)
    const later: unknown[] = []
    const never = () => Promise.reject(new Error('nobody asked for reasons'))
    setOnce('explainer', { reasonsOf: never, explainRows: never, explainLater: (...asked) => void later.push(asked) })
    const [row = {}] = exampleRows('clinic', 1)
    const { id } = (await predict(program, MODEL, { environment, inputs: row })) as SinglePredictAnswer
    setOnce('explainer', undefined)
    expect(later).toEqual([[heavy.id, [row], [id]]])
    expect(await findPrediction(db, id)).toMatchObject({ versionId: heavy.id, explanation: null, topReason: null })
  })
})
