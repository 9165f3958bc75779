// What a letter to a customer is made from: a text with placeholders, by language.
import type { Locale } from '../../contract'

/** `{reasons}` and `{changes}` are lists; the others stand within a line. */
export const LETTER_SLOTS = ['reasons', 'changes', 'decision', 'date', 'today', 'subject', 'reference', 'owner'] as const
export type LetterSlot = (typeof LETTER_SLOTS)[number]
export const LIST_SLOTS: readonly LetterSlot[] = ['reasons', 'changes']

/** Until the owner of the model writes one: says nothing that is not so for every model. */
export const DEFAULT_LETTERS: Readonly<Record<Locale, string>> = {
  en: `{owner}

{today}

Your case of {date}
Your number with us: {subject}
Our reference: {reference}

Dear customer,

a computer model took part in the decision on your case.
The result: {decision}.

These facts counted most against you in the model:
{reasons}

With these differences, and everything else as it was, the model would have come to another result:
{changes}
This describes the model as it is today and is no promise for a later decision.

You may ask for a person to look at the decision again, and you may have wrong facts corrected. Please give our reference when you write to us.

Yours sincerely
{owner}`,
  de: `{owner}

{today}

Ihr Anliegen vom {date}
Ihre Nummer bei uns: {subject}
Unser Zeichen: {reference}

Guten Tag,

an der Entscheidung über Ihr Anliegen war ein Rechenmodell beteiligt.
Das Ergebnis: {decision}.

Diese Angaben sprachen im Modell am stärksten gegen Sie:
{reasons}

Mit diesen Abweichungen, und allem anderen wie zuvor, wäre das Modell zu einem anderen Ergebnis gekommen:
{changes}
Das beschreibt das Modell, wie es heute ist, und ist keine Zusage für eine spätere Entscheidung.

Sie können verlangen, dass ein Mensch die Entscheidung noch einmal prüft, und falsche Angaben berichtigen lassen. Bitte nennen Sie unser Zeichen, wenn Sie uns schreiben.

Mit freundlichen Grüßen
{owner}`,
}
