// What reason settings have in them, in one line.
import type { ReasonSettings } from '@/lib/explanations/contract'

export function contentsInWords(settings: ReasonSettings): string {
  const parts = [
    counted(Object.keys(settings.templates).length, 'field with its own sentence', 'fields with their own sentences'),
    counted(settings.codes.length, 'reason in the list', 'reasons in the list'),
    counted(settings.groups.length, 'group', 'groups'),
    counted(settings.forbidden.length, 'field never cited', 'fields never cited'),
    counted(Object.keys(settings.letter).length, 'letter of its own', 'letters of its own'),
  ].filter((part) => part !== null)
  return parts.length === 0 ? 'Sentences are made from the names, labels and units that were registered.' : `${parts.join(', ')}.`
}

function counted(count: number, one: string, many: string): string | null {
  return count === 0 ? null : `${count} ${count === 1 ? one : many}`
}
