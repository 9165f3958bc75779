// Makes the demo in FLIGHTDECK_DATA_DIR: three businesses and 90 days of their history, then closes the database so that
// its file can be moved. Started by server/demo.ts as a process of its own.
import { scenariosOf } from '@/examples/seed/scenarios'
import { replayWindow } from '@/examples/seed/window'
import { play } from '@/examples/seed/play'
import { brokenPromises } from '@/examples/seed/check-demo'
import { closeDatabase, database } from '@/lib/database'
import { closeExplainer } from '@/lib/explanations/commands'
import { DAY_MS, systemClock } from '@/lib/platform/clock'
import { predictionLog } from '@/lib/serving/log'
import { routing } from '@/lib/serving/routing'

const DAYS_A_LINE = 30

async function seed(): Promise<void> {
  const startedAt = performance.now()
  const tell = (what: string) => console.log(`  ${what} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  const window = replayWindow(systemClock.now())
  const db = await database()
  await play({
    db,
    scenarios: scenariosOf(window),
    window,
    onDay(day, { predictions }) {
      const number = (day - window.from) / DAY_MS
      if (number === -1) tell('People, models and their first releases')
      if (number > 0 && number % DAYS_A_LINE === 0) tell(`${number} days, ${predictions.toLocaleString('en')} predictions`)
    },
  })
  await predictionLog().drain()
  const broken = await brokenPromises(db)
  if (broken.length > 0) console.log(`  The demo lacks something: ${broken.join(' ')}`)
  tell('History checked')
  await closeExplainer()
  await routing().close()
  await closeDatabase()
}

await seed()
