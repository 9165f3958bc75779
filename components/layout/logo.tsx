/** An attitude indicator: horizon and wings. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 24 24" className={className} fill="none" stroke="currentColor" strokeWidth={2} strokeLinecap="round">
      <circle cx={12} cy={12} r={10} />
      <path d="M5.5 13.5H9l3 3 3-3h3.5" strokeLinejoin="round" />
      <path d="M12 6v2.5M8.5 9h.01M15.5 9h.01" />
    </svg>
  )
}
