import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'

export interface SwitchProps extends Omit<ComponentProps<'input'>, 'type' | 'role'> {
  label: ReactNode
  hint?: ReactNode
}

/** For settings that take effect at once; a form that is sent later uses Checkbox. */
export function Switch({ label, hint, className, ...rest }: SwitchProps) {
  return (
    <label className={classNames('flex min-h-6 cursor-pointer items-start gap-2.5 text-sm', className)}>
      <span className="relative mt-0.5 inline-flex h-5 w-9 shrink-0">
        <input
          type="checkbox"
          role="switch"
          className="peer absolute inset-0 size-full appearance-none rounded-full border border-line-strong bg-sunken checked:border-primary checked:bg-primary disabled:opacity-50"
          {...rest}
        />
        <span
          aria-hidden
          className="pointer-events-none absolute top-1 left-1 size-3 rounded-full bg-ink-muted transition-transform peer-checked:translate-x-4 peer-checked:bg-on-primary"
        />
      </span>
      <span>
        {label}
        {hint !== undefined && <span className="block text-xs text-ink-muted">{hint}</span>}
      </span>
    </label>
  )
}
