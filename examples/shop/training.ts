// Writes the rows of one period of the simulated shop for train.py:
// npx tsx examples/shop/training.ts trainV1 out.csv
import { writeFileSync } from 'node:fs'
import { csvText } from '../csv-text'
import { CALENDAR } from './simulator'
import { type ShopPeriod, trainingRows } from './training-rows'

const [period, path] = process.argv.slice(2)
if (!period || !(period in CALENDAR) || !path) {
  console.error(`usage: training.ts ${Object.keys(CALENDAR).join('|')} FILE`)
  process.exit(1)
}
writeFileSync(path, csvText(trainingRows(period as ShopPeriod)))
