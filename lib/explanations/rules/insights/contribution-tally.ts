// Means and standard errors of contributions, row by row, without keeping the rows.

/** Signed contributions and their sizes, each by Welford's updating formula (doi:10.1080/00401706.1962.10490022). */
export class ContributionTally {
  count = 0
  private readonly means: Float64Array
  private readonly squares: Float64Array
  private readonly sizeMeans: Float64Array
  private readonly sizeSquares: Float64Array

  constructor(readonly width: number) {
    this.means = new Float64Array(width)
    this.squares = new Float64Array(width)
    this.sizeMeans = new Float64Array(width)
    this.sizeSquares = new Float64Array(width)
  }

  /** @param values `width` numbers from `start` on */
  add(values: ArrayLike<number>, start = 0): void {
    const { means, squares, sizeMeans, sizeSquares, width } = this
    this.count += 1
    const part = 1 / this.count
    for (let index = 0; index < width; index++) {
      const value = values[start + index] as number
      const size = Math.abs(value)
      const distance = value - (means[index] as number)
      means[index] = (means[index] as number) + distance * part
      squares[index] = (squares[index] as number) + distance * (value - (means[index] as number))
      const sizeDistance = size - (sizeMeans[index] as number)
      sizeMeans[index] = (sizeMeans[index] as number) + sizeDistance * part
      sizeSquares[index] = (sizeSquares[index] as number) + sizeDistance * (size - (sizeMeans[index] as number))
    }
  }

  mean(index: number): number {
    return this.means[index] as number
  }

  /** Of the mean; 0 below two rows. */
  standardError(index: number): number {
    return errorOf(this.squares[index] as number, this.count)
  }

  meanAbsolute(index: number): number {
    return this.sizeMeans[index] as number
  }

  absoluteStandardError(index: number): number {
    return errorOf(this.sizeSquares[index] as number, this.count)
  }
}

function errorOf(squares: number, count: number): number {
  return count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count)
}
