// Latencies in a fixed number of bins, so that percentiles of any span of hours come from adding the hours' histograms.
import { ByteReader, ByteWriter } from './bytes'
import { MathError } from './math-error'

// Log-linear as HdrHistogram: 16 equal bins in each doubling. A bin is 1/16 to 1/32 of its values wide, and the middle
// of it is reported, so a percentile is off by at most 1/32 (3.2 %), and exact below 16 µs.
const perDoubling = 16
const doublings = 28
const binCount = perDoubling * (doublings + 1)
/** Longer is counted as this: 2^32 - 1 µs, 71 minutes. */
const longestUs = 4_294_967_295
const encodingVersion = 1

/** A mergeable histogram of durations in whole microseconds, 1 µs to 71 min. */
export class LatencyHistogram {
  private readonly bins = new Float64Array(binCount)
  private total = 0
  private sumUs = 0
  private largestUs = 0

  /** How many durations were added. */
  get count(): number {
    return this.total
  }

  /** Mean in microseconds, exact to the rounding of each duration; null without durations. */
  get meanUs(): number | null {
    return this.total === 0 ? null : this.sumUs / this.total
  }

  /** The longest in microseconds, exact; null without durations. */
  get maxUs(): number | null {
    return this.total === 0 ? null : this.largestUs
  }

  /** @param us microseconds, at least 0. Throws MathError `invalid-argument` for a negative duration or NaN. */
  add(us: number): void {
    if (!(us >= 0)) throw new MathError('invalid-argument', `A duration cannot be ${us} µs.`)
    const whole = Math.min(longestUs, Math.round(us))
    const bin = binOf(whole)
    this.bins[bin] = (this.bins[bin] as number) + 1
    this.total++
    this.sumUs += whole
    if (whole > this.largestUs) this.largestUs = whole
  }

  /** Adds the durations of another histogram to this one. */
  merge(other: LatencyHistogram): void {
    for (let i = 0; i < binCount; i++) this.bins[i] = (this.bins[i] as number) + (other.bins[i] as number)
    this.total += other.total
    this.sumUs += other.sumUs
    this.largestUs = Math.max(this.largestUs, other.largestUs)
  }

  /**
   * The nearest-rank percentile in microseconds, off by at most 3.2 %; null without durations.
   * @param share in [0, 1]: 0.99 for p99
   */
  percentile(share: number): number | null {
    if (!(share >= 0 && share <= 1)) throw new MathError('invalid-argument', `A percentile is a share, not ${share}.`)
    if (this.total === 0) return null
    const rank = Math.max(1, Math.ceil(share * this.total))
    let seen = 0
    for (let i = 0; i < binCount; i++) {
      seen += this.bins[i] as number
      if (seen >= rank) return Math.min(this.largestUs, middleOf(i))
    }
    return this.largestUs
  }

  encode(): Uint8Array {
    const writer = new ByteWriter()
    writer.byte(encodingVersion)
    writer.count(this.sumUs)
    writer.count(this.largestUs)
    writer.sparseCounts(this.bins)
    return writer.finish()
  }

  /** Throws MathError `malformed-bytes`. */
  static decode(bytes: Uint8Array): LatencyHistogram {
    const reader = new ByteReader(bytes)
    reader.expectVersion('latency histogram', encodingVersion)
    const histogram = new LatencyHistogram()
    histogram.sumUs = reader.count()
    histogram.largestUs = reader.count()
    reader.sparseCounts(histogram.bins)
    for (const count of histogram.bins) histogram.total += count
    reader.expectEnd('latency histogram')
    return histogram
  }
}

function binOf(us: number): number {
  if (us < perDoubling) return us
  const doubling = 27 - Math.clz32(us)
  return perDoubling * doubling + (us >>> doubling)
}

function middleOf(bin: number): number {
  if (bin < perDoubling * 2) return bin
  const doubling = Math.floor(bin / perDoubling) - 1
  const width = 2 ** doubling
  return (bin - perDoubling * doubling) * width + (width - 1) / 2
}
