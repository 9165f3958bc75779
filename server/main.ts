// The process: opens the data, serves the API and the serving lane by Hono and the pages by Next, drains on SIGTERM.
import { start } from './start'

await start()
