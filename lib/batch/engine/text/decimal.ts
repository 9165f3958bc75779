// Numbers out of the bytes of a text, without making a text of each: exactly what Number() would say.

/** Powers of ten that a float64 holds exactly. */
const TENS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
const MOST_SCALE = 22
/** So many digits are a whole number below 2^53, so that one division by an exact power of ten rounds once (Clinger 1990, doi:10.1145/93542.93557). */
const EXACT_DIGITS = 15
const MOST_DIGITS = 19

const ZERO = 48
const MINUS = 45
const POINT = 46
const COMMA = 44

/** Where the number that was read last ended. One reader a thread, so a field of it does what a second result would. */
export class DecimalReader {
  /** After the last byte of the number. */
  end = 0
  private readonly point: number

  constructor(private readonly hasDecimalComma: boolean) {
    this.point = hasDecimalComma ? COMMA : POINT
  }

  /**
   * A plain decimal from `at` on; NaN where there is none that is read here (an exponent, more than 19 digits, no digit).
   * The bytes must not end with it: something that is no digit follows, such as the end of the line.
   */
  read(bytes: Uint8Array, at: number): number {
    let place = at
    let byte = bytes[place] as number
    const isNegative = byte === MINUS
    if (isNegative) byte = bytes[++place] as number
    const first = place
    let whole = 0
    while (byte >= ZERO && byte <= ZERO + 9) {
      whole = whole * 10 + (byte - ZERO)
      byte = bytes[++place] as number
    }
    let digits = place - first
    let scale = 0
    if (byte === this.point || (byte === POINT && this.hasDecimalComma)) {
      byte = bytes[++place] as number
      const start = place
      while (byte >= ZERO && byte <= ZERO + 9) {
        whole = whole * 10 + (byte - ZERO)
        byte = bytes[++place] as number
      }
      scale = place - start
      digits += scale
    }
    this.end = place
    if (digits === 0 || scale > MOST_SCALE) return NaN
    if (digits > EXACT_DIGITS) whole = this.readLong(bytes, first, place, digits, scale)
    else if (scale > 0) whole /= TENS[scale] as number
    return isNegative ? -whole : whole
  }

  /** 16 to 19 digits, as programs write a float64: the digits as the sum of two float64, divided with its remainder. */
  private readLong(bytes: Uint8Array, first: number, end: number, digits: number, scale: number): number {
    if (digits > MOST_DIGITS) return NaN
    let high = 0
    let low = 0
    let seen = 0
    for (let place = first; place < end; place++) {
      const digit = (bytes[place] as number) - ZERO
      if (digit < 0 || digit > 9) continue
      if (seen < EXACT_DIGITS) high = high * 10 + digit
      else low = low * 10 + digit
      seen += 1
    }
    const shifted = TENS[digits - EXACT_DIGITS] as number
    const product = high * shifted
    const sum = product + low
    // Knuth's two-sum; the product's own error is a whole number below 2^11.
    const part = sum - product
    const rest = productError(high, shifted, product) + (product - (sum - part) + (low - part))
    if (scale === 0) return sum + rest
    const divisor = TENS[scale] as number
    const quotient = sum / divisor
    const back = quotient * divisor
    const correction = (sum - back - productError(quotient, divisor, back) + rest) / divisor
    const doubt = Math.abs(correction) * 2 ** -50
    const found = quotient + correction
    // Too near to the middle of two float64 to be told apart by this much: the text decides.
    return quotient + (correction - doubt) === quotient + (correction + doubt) ? found : NaN
  }
}

const SPLITTER = 2 ** 27 + 1

/** a × b minus the rounded product, exactly (Dekker 1971, doi:10.1007/BF01397083). */
function productError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a
  const aHigh = aScaled - (aScaled - a)
  const aLow = a - aHigh
  const bScaled = SPLITTER * b
  const bHigh = bScaled - (bScaled - b)
  const bLow = b - bHigh
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const ABSENT = /^(?:nan|-nan)?$/i

/** What a cell says that should be a number: null where it is missing (empty, or NaN), undefined where it is no number. */
export function numberOfText(text: string, hasDecimalComma: boolean): number | null | undefined {
  const trimmed = text.trim()
  if (ABSENT.test(trimmed)) return null
  const plain = hasDecimalComma ? trimmed.replace(',', '.') : trimmed
  if (NUMBER.test(plain)) return Number(plain)
  return /^[+-]?inf(?:inity)?$/i.test(trimmed) ? (trimmed.startsWith('-') ? -Infinity : Infinity) : undefined
}

/** What a cell says that should be true or false. */
export function booleanOfText(text: string): boolean | null | undefined {
  switch (text.trim().toLowerCase()) {
    case '':
      return null
    case 'true':
    case '1':
      return true
    case 'false':
    case '0':
      return false
    default:
      return undefined
  }
}
