import type { ComponentProps } from 'react'
import { classNames } from './class-names'

/** 16 px text on phones, or iOS zooms into the page on focus. */
export const controlClass =
  'w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink placeholder:text-ink-subtle disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-problem max-sm:text-lg'

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={classNames(controlClass, 'h-8 max-sm:h-10', className)} {...rest} />
}
