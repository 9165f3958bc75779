'use client'

import './globals.css'
import { Button } from '@/components/ui/button'

interface GlobalErrorProps {
  retry: () => void
}

/** Stands in for the whole document when even the root layout fails, so it leans on nothing but the tokens. */
export default function GlobalError({ retry }: GlobalErrorProps) {
  return (
    <html lang="en">
      <head>
        <title>Flightdeck could not start this page</title>
      </head>
      <body>
        <main role="alert" className="grid min-h-dvh place-content-center gap-3 p-6 text-center">
          <h1 className="text-xl">Flightdeck could not start this page</h1>
          <p className="max-w-prose text-ink-muted">Nothing was changed. If it stays this way, the server log says why.</p>
          <div>
            <Button variant="primary" onClick={retry}>
              Try again
            </Button>
          </div>
        </main>
      </body>
    </html>
  )
}
