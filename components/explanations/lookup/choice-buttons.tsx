import { classNames } from '@/components/ui/class-names'
import { buttonClass } from '@/components/ui/button'

export interface ChoiceButtonsProps<T extends string> {
  /** Names the group for screen readers. */
  label: string
  choices: readonly { value: T; label: string }[]
  value: T
  onChange: (value: T) => void
}

/** A few ways to look at the same thing; the pressed one is shown. */
export function ChoiceButtons<T extends string>({ label, choices, value, onChange }: ChoiceButtonsProps<T>) {
  return (
    <div role="group" aria-label={label} className="inline-flex">
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
          className={classNames(
            buttonClass({ size: 'small' }),
            'rounded-none border-l-0 first:rounded-l-md first:border-l last:rounded-r-md',
            choice.value === value ? 'bg-sunken text-ink' : 'font-normal text-ink-muted',
          )}
        >
          {choice.label}
        </button>
      ))}
    </div>
  )
}
