'use client'

import { X } from 'lucide-react'
import * as Primitive from 'radix-ui/dialog'
import type { ReactNode } from 'react'
import { Button } from './button'
import { classNames } from './class-names'
import { overlayClass } from './dialog'

export interface SheetProps {
  title: string
  trigger?: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  side?: 'left' | 'right'
  children: ReactNode
}

const SIDES = { left: 'left-0 border-r animate-slide-from-left', right: 'right-0 border-l animate-appear' }

/** A panel along one edge: navigation on phones, details beside a list. */
export function Sheet({ title, trigger, open, onOpenChange, side = 'left', children }: SheetProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      {trigger !== undefined && <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>}
      <Primitive.Portal>
        <Primitive.Overlay className={overlayClass} />
        <Primitive.Content
          aria-describedby={undefined}
          className={classNames(
            'fixed inset-y-0 z-50 flex w-[min(20rem,85vw)] flex-col bg-surface shadow-raised focus:outline-none',
            SIDES[side],
          )}
        >
          <div className="flex h-13 items-center justify-between gap-2 border-b px-4">
            <Primitive.Title className="text-base">{title}</Primitive.Title>
            <Primitive.Close asChild>
              <Button variant="quiet" size="icon" aria-label="Close">
                <X aria-hidden />
              </Button>
            </Primitive.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto p-3">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
