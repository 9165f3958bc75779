// A file of rows on its way to answers: upload, columns, start, results, and the rows that were rejected.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, navigate, test, type Page } from './browser/journey'
import { expectAccessible, expectNoOverflow } from './browser/quality'

const ROWS = 300
/** In every fiftieth row the age is no number. */
const REJECTED = 6

function fileOfRows(path: string): void {
  const [header = '', ...lines] = readFileSync('examples/clinic/reference-v1.csv', 'utf8').trim().split(/\r?\n/)
  const names = header.split(',')
  const rows = lines.slice(0, ROWS).map((line, index) => {
    const cells = line.split(',')
    if (index % 50 === 7) cells[names.indexOf('age')] = 'old'
    return [`patient-${index}`, ...cells].join(';')
  })
  writeFileSync(path, [['patient', ...names.map((name) => (name === 'age' ? 'Years' : name))].join(';'), ...rows].join('\n'))
}

async function textOfDownload(page: Page, name: string): Promise<string> {
  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name }).click()
  return readFileSync(await (await waiting).path(), 'utf8')
}

test('an operator scores a file and fetches answers and rejected rows', async ({ page, become, unique }, testInfo) => {
  const file = testInfo.outputPath('appointments.csv')
  fileOfRows(file)
  await become('operator')
  await page.goto('/')
  await navigate(page, 'Batch')
  await expect(page.getByRole('heading', { level: 1, name: 'Batch' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Tomorrow’s appointments' }).first()).toBeVisible()
  await expectAccessible(page)
  await expectNoOverflow(page)

  await page.getByRole('link', { name: 'New batch job' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'New batch job' })).toBeVisible()
  await page.getByRole('combobox', { name: /^Model/ }).selectOption({ label: 'No-show risk' })
  await page.locator('input[type=file]').setInputFiles(file)
  // “Years” is like no field's name, so its column must be chosen.
  await expect(page.getByText('Age (age) is required and has no column')).toBeVisible()
  const start = page.getByRole('button', { name: 'Start the job' })
  await expect(start).toBeDisabled()
  await page.getByRole('combobox', { name: 'Column of Age' }).selectOption('Years')
  await expect(page.getByText('1 of the first 10 rows would be rejected')).toBeVisible()
  await expect(page.getByText('age must be a number, not a text.')).toBeVisible()
  await expectAccessible(page)
  await expectNoOverflow(page)

  await page.getByRole('combobox', { name: 'Subject' }).selectOption('patient')
  await page.getByRole('checkbox', { name: 'patient' }).check()
  await page.getByRole('combobox', { name: 'Reasons' }).selectOption('1')
  await page.getByRole('textbox', { name: 'Name' }).fill(unique('Reminders'))
  await start.click()

  await expect(page.getByRole('heading', { level: 1, name: unique('Reminders') })).toBeVisible()
  await expect(page.getByText('Finished, rows rejected')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Why were rows rejected?' })).toBeVisible()
  const results = (await textOfDownload(page, 'Download results')).trim().split('\r\n')
  expect(results).toHaveLength(1 + ROWS - REJECTED)
  expect(results[0]).toMatch(/^row,patient,.*,reason_1$/)
  expect(results[1]).toMatch(/^1,patient-0,/)
  const rejected = (await textOfDownload(page, 'Download rejected rows')).trim().split('\r\n')
  expect(rejected).toHaveLength(1 + REJECTED)
  expect(rejected[1]).toMatch(/^8,"age must be a number, not a text\.",patient-7,old,/)
  await expectAccessible(page)
  await expectNoOverflow(page)
})

test('a viewer sees jobs and schedules, and neither begins one nor fetches what may be sensitive', async ({ page, become }) => {
  await become('viewer')
  await page.goto('/batch')
  await expect(page.getByRole('link', { name: 'New batch job' })).toHaveCount(0)
  await page.getByRole('link', { name: 'Tomorrow’s appointments' }).first().click()
  await expect(page.getByText('Holds values that your role may not read.').first()).toBeVisible()
  await expect(page.getByRole('link', { name: 'Download results' })).toHaveCount(0)
  await page.goto('/batch/schedules')
  await expect(page.getByText('Every night at 02:00, UTC')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Run/ })).toHaveCount(0)
  await page.goto('/batch/new')
  await expect(page.getByText(/operators and administrators/)).toBeVisible()
})

test('an operator schedules a file of the folder and takes the schedule back', async ({ page, become, unique }) => {
  const name = unique('Every Monday')
  await become('operator')
  await page.goto('/batch/new?model=no-show-risk&when=schedule')
  await page.getByRole('textbox', { name: 'Or its path' }).fill('appointments.csv')
  await page.getByRole('combobox', { name: 'How often' }).selectOption({ label: 'Every Monday' })
  await page.getByLabel('At', { exact: true }).fill('06:30')
  await expect(page.getByText(/^Every Monday at 06:30, UTC\. Next: /)).toBeVisible()
  await page.getByRole('button', { name: 'Schedule it' }).click()
  await expect(page.getByText('Name the schedule.')).toBeVisible()
  await page.getByRole('textbox', { name: /^Name/ }).fill(name)
  await page.getByRole('button', { name: 'Schedule it' }).click()

  await expect(page.getByText('Every Monday at 06:30, UTC', { exact: true })).toBeVisible()
  await expectAccessible(page)
  await expectNoOverflow(page)
  await page.getByRole('button', { name: `Delete ${name}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText(name)).toHaveCount(0)
})
