import { Callout } from '@/components/ui/callout'
import type { Basis } from '@/lib/explanations/rules/insights/contract'
import { basisInWords } from './insight-words'

/** Said above everything where reference rows stand in for predictions. */
export function BasisNote({ basis, version }: { basis: Basis; version: number }) {
  if (basis.source === 'logged') return null
  return (
    <Callout state="info" title={`${basisInWords(basis, version)}, not from predictions`}>
      {basis.logged === 0
        ? `Version ${version} answered no predictions here in this period.`
        : `Too few of the ${basis.logged} predictions of this version and period were explained as they were served; the explanation policy says which are.`}
    </Callout>
  )
}
