/** Games of mixed rows, answered without the runtime (lib/math/shapley plays them). */
import type { ShapleyGame } from '@/lib/math/shapley'
import type { Feeds, Program } from './program'

export interface MixedGame {
  playerCount: number
  /** For each column of an encoded row its player. */
  playerOf: Int32Array
  row: Float64Array
  /** Encoded rows one after another. */
  background: Float64Array
  value(row: Float64Array): number
}

/** Mixes encoded columns: allowed where every column comes from one field. */
export function mixedGame({ playerCount, playerOf, row, background, value }: MixedGame): ShapleyGame {
  const width = playerOf.length
  const mixed = new Float64Array(width)
  return {
    playerCount,
    backgroundCount: background.length / width,
    isSame: (player, other) =>
      playerOf.every((owner, column) => owner !== player || Object.is(row[column], background[other * width + column])),
    evaluate: ({ count, masks, background: numbers }) => {
      const values = new Float64Array(count)
      for (let coalition = 0; coalition < count; coalition++) {
        const start = (numbers[coalition] as number) * width
        for (let column = 0; column < width; column++) {
          const joined = masks[coalition * playerCount + (playerOf[column] as number)] === 1
          mixed[column] = (joined ? row[column] : background[start + column]) as number
        }
        values[coalition] = value(mixed)
      }
      return values
    },
  }
}

/** Mixes raw fields and runs the whole program for each coalition. */
export function rawGame(
  program: Program,
  read: (program: Program) => number,
  feeds: Feeds,
  row: number,
  background: Feeds,
  backgroundCount: number,
): ShapleyGame {
  const own = fieldsIn(program, feeds, row)
  const others = Array.from({ length: backgroundCount }, (_, other) => fieldsIn(program, background, other))
  const { fields, numbers, texts } = program
  const playerCount = fields.length
  return {
    playerCount,
    backgroundCount,
    isSame: (player, other) => Object.is(own[player], others[other]?.[player]),
    evaluate: ({ count, masks, background: from }) => {
      const values = new Float64Array(count)
      for (let coalition = 0; coalition < count; coalition++) {
        const other = others[from[coalition] as number] ?? own
        for (let player = 0; player < playerCount; player++) {
          const value = (masks[coalition * playerCount + player] === 1 ? own : other)[player]
          const cell = fields[player]?.cell as number
          if (typeof value === 'string') texts[cell] = value
          else numbers[cell] = value as number
        }
        program.run()
        values[coalition] = read(program)
      }
      return values
    },
  }
}

function fieldsIn(program: Program, feeds: Feeds, row: number): (number | string)[] {
  program.load(feeds, row)
  return program.fields.map(
    ({ isText, cell }) => (isText ? program.texts[cell] : program.numbers[cell]) as number | string,
  )
}
