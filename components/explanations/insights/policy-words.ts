import type { ExplanationMode } from '@/lib/serving/contract'

export const MODE_WORDS: Record<ExplanationMode, { label: string; hint: string }> = {
  always: { label: 'All of them', hint: 'Stored with the prediction. Needed for reasons that are watched and for these pages.' },
  sampled: { label: 'A share of them', hint: 'Chosen by the prediction’s id, so each case is as likely as any other.' },
  'on-demand': { label: 'Only when somebody asks', hint: 'Nothing is stored; the same explanation is made from the stored inputs when it is asked for.' },
}

export function policyInWords(mode: ExplanationMode, share: string): string {
  if (mode === 'always') return 'Every prediction is explained and its explanation stored with it.'
  if (mode === 'sampled') return `${share} of the predictions are explained as they are served.`
  return 'A prediction is explained when somebody asks for it.'
}

/** 12.5 → 0.125; a sentence where it is no share of predictions. */
export function shareOf(text: string): number | string {
  const percent = Number(text.replace(',', '.'))
  if (text.trim() === '' || !Number.isFinite(percent)) return 'Enter a number such as 10.'
  if (percent <= 0 || percent > 100) return 'Enter more than 0 and at most 100.'
  return percent / 100
}
