import { Check } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'

export interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type'> {
  label: ReactNode
  hint?: ReactNode
}

export function Checkbox({ label, hint, className, ...rest }: CheckboxProps) {
  return (
    <label className={classNames('flex min-h-6 cursor-pointer items-start gap-2 text-sm', className)}>
      <span className="relative mt-0.5 grid size-4 shrink-0 place-items-center">
        <input
          type="checkbox"
          className="peer size-4 appearance-none rounded-sm border border-line-strong bg-surface checked:border-primary checked:bg-primary disabled:opacity-50"
          {...rest}
        />
        <Check aria-hidden className="pointer-events-none absolute size-3 stroke-3 text-on-primary opacity-0 peer-checked:opacity-100" />
      </span>
      <span>
        {label}
        {hint !== undefined && <span className="block text-xs text-ink-muted">{hint}</span>}
      </span>
    </label>
  )
}
