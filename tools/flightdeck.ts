// npx flightdeck COMMAND: what people and pipelines do from a terminal.
import { runCommandLine } from './flightdeck/run'

process.exitCode = await runCommandLine(process.argv.slice(2))
