import type { ComponentProps } from 'react'
import { classNames } from './class-names'
import { controlClass } from './input'

export function Textarea({ className, rows = 3, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={rows} className={classNames(controlClass, 'min-h-16 py-1.5', className)} {...rest} />
}
