import { Callout } from '@/components/ui/callout'
import { formatCount } from '@/components/ui/format'
import type { Basis } from '@/lib/explanations/rules/insights/contract'
import { basisInWords } from './insight-words'

/** Said above everything where reference rows stand in for predictions. */
export function BasisNote({ basis, version }: { basis: Basis; version: number }) {
  if (basis.source === 'logged') return null
  return (
    <Callout state="info" title={`${basisInWords(basis, version)}, not from predictions`}>
      {basis.logged === 0
        ? `Version ${version} answered no predictions here in this period.`
        : `Too few of its ${formatCount(basis.logged)} predictions here in this period have an explanation that is stored. The explanation policy says which get one; a version that is explained by asking the model gets them in its spare time.`}
    </Callout>
  )
}
