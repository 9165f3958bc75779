import { classNames } from './class-names'

/** A grey block in the shape of what is coming. Give it a size by class. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classNames('block animate-breathe rounded-sm bg-hover', className)} />
}
