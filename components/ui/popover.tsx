'use client'

import * as Primitive from 'radix-ui/popover'
import type { ReactElement, ReactNode } from 'react'
import { classNames } from './class-names'

export const panelClass = 'z-50 animate-appear rounded-md border bg-surface text-sm text-ink shadow-raised'

export interface PopoverProps {
  trigger: ReactElement
  /** Names the panel for screen readers. */
  label: string
  open?: boolean
  onOpenChange?: (open: boolean) => void
  align?: 'start' | 'center' | 'end'
  className?: string
  children: ReactNode
}

export function Popover({ trigger, label, open, onOpenChange, align = 'start', className, children }: PopoverProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={classNames(panelClass, 'w-72 max-w-[calc(100vw-1rem)] p-3', className)}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
