import { Card } from '@/components/ui/card'
import { CodeBlock } from '@/components/ui/code-block'
import { KEYS_PATH } from '@/lib/evidence/contract/bundle'

/** For whoever was given a bundle. */
export function VerifySection() {
  return (
    <Card title="How to verify" description="Whoever has a bundle needs neither an account nor a connection to this installation.">
      <ol className="grid list-decimal gap-4 pl-5 text-sm [&>li>div]:mt-2">
        <li>
          Get the published keys once, over a way you trust, and keep them.
          <CodeBlock label="Fetch the keys" code={`curl -o flightdeck-keys.json https://YOUR-FLIGHTDECK${KEYS_PATH}`} />
        </li>
        <li>
          Verify and replay the bundle, offline: hashes, signature, key and audit chain are checked, then the model is run on the stored inputs and explained again.
          <CodeBlock label="Verify and replay" code="npx flightdeck verify evidence.json --keys flightdeck-keys.json" />
        </li>
        <li>
          Or check all but the replay with one file that imports no package, which an auditor can read in ten minutes.
          <CodeBlock label="Verify with one file" code="node tools/verify-bundle.mjs evidence.json --keys flightdeck-keys.json" />
        </li>
      </ol>
      <p className="mt-4 text-sm text-ink-muted">
        Exit code 0: verified. 1: something differs, and the place is named. 2: the file is no bundle. <a className="link" href="/docs/evidence">What a bundle proves, and what not</a>
      </p>
    </Card>
  )
}
