// Within the shell, whose main element this page fills.
import { NothingHere } from '@/components/layout/nothing-here'

export default function NotFound() {
  return <NothingHere />
}
