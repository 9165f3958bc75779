#!/usr/bin/env node
// The command line. Runs the bundle when there is one, else the source; paths given stay relative to where it is called.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bundle = join(root, 'dist', 'server', 'flightdeck.js')
const how = existsSync(bundle) ? [bundle] : ['--import', 'tsx', join(root, 'tools', 'flightdeck.ts')]
const ended = spawnSync(process.execPath, [...how, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, FLIGHTDECK_CALLED_FROM: process.cwd() },
})
process.exit(ended.status ?? 1)
