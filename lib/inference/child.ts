export { childEntry, type ChildEntry } from '@/lib/platform/child-entry'
