import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classNames } from './class-names'
import { controlClass } from './input'

export interface SelectOption {
  value: string
  label: string
  disabled?: boolean
}

export interface SelectProps extends ComponentProps<'select'> {
  options: readonly SelectOption[]
}

/** The platform's own list: best on phones, known to screen readers, no JavaScript. */
export function Select({ options, className, ...rest }: SelectProps) {
  return (
    <span className={classNames('relative inline-block w-full', className)}>
      <select className={classNames(controlClass, 'h-8 appearance-none pr-8 max-sm:h-10')} {...rest}>
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2 size-4 -translate-y-1/2 text-ink-muted"
      />
    </span>
  )
}
