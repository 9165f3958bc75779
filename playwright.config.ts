import { defineConfig, devices } from '@playwright/test'

const executablePath = process.env.FLIGHTDECK_BROWSER
const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  outputDir: 'test-results/journeys',
  use: {
    baseURL: 'http://127.0.0.1:3210',
    launchOptions: executablePath ? { executablePath, args } : { args },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  globalSetup: './e2e/server/setup.ts',
  projects: [
    // The built server under faults; no browser.
    { name: 'server', testMatch: /server\/.*\.fault\.ts/ },
    { name: 'desktop', testMatch: /.*\.journey\.ts/, use: { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 } } },
    { name: 'mobile', testMatch: /.*\.journey\.ts/, use: { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } } },
  ],
})
