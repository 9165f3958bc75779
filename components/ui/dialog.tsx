'use client'

import { X } from 'lucide-react'
import * as Primitive from 'radix-ui/dialog'
import type { ReactNode } from 'react'
import { Button } from './button'
import { classNames } from './class-names'

export const overlayClass = 'fixed inset-0 z-40 bg-black/45 animate-appear'

export interface DialogProps {
  title: ReactNode
  description?: ReactNode
  /** A single element that opens the dialog; leave out when `open` is controlled. */
  trigger?: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  footer?: ReactNode
  size?: 'medium' | 'large'
  children?: ReactNode
}

const WIDTHS = { medium: 'sm:max-w-md', large: 'sm:max-w-2xl' }

/** A modal window; on phones it rises from the bottom edge. */
export function Dialog({ title, description, trigger, open, onOpenChange, footer, size = 'medium', children }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      {trigger !== undefined && <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>}
      <Primitive.Portal>
        <Primitive.Overlay className={overlayClass} />
        <Primitive.Content
          {...(description === undefined && { 'aria-describedby': undefined })}
          className={classNames(
            'fixed inset-x-0 bottom-0 z-50 flex max-h-[90dvh] w-full animate-appear flex-col rounded-t-lg border bg-surface shadow-raised focus:outline-none sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-lg',
            WIDTHS[size],
          )}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4">
            <div>
              <Primitive.Title className="text-lg">{title}</Primitive.Title>
              {description !== undefined && (
                <Primitive.Description className="mt-0.5 text-sm text-ink-muted">{description}</Primitive.Description>
              )}
            </div>
            <Primitive.Close asChild>
              <Button variant="quiet" size="iconSmall" aria-label="Close">
                <X aria-hidden />
              </Button>
            </Primitive.Close>
          </div>
          <div className="overflow-y-auto px-5 py-4">{children}</div>
          {footer !== undefined && (
            <div className="flex flex-col-reverse gap-2 border-t px-5 py-3 sm:flex-row sm:justify-end">{footer}</div>
          )}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
