// The databases that the operator of the installation has named. Their addresses hold secrets: they go from the setting to
// the driver and nowhere else.

export class ConnectionsError extends Error {}

const NAME = /^[A-Za-z0-9_-]{1,60}$/

/** From the content of the JSON file: `{"clinic": "postgres://…", "archive": "/data/archive.sqlite"}`. */
export function connectionsOfJson(text: string): Map<string, string> {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw new ConnectionsError('The file of FLIGHTDECK_BATCH_CONNECTIONS is not JSON.')
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new ConnectionsError('The file of FLIGHTDECK_BATCH_CONNECTIONS must be one object of names and addresses.')
  return checked(Object.entries(given))
}

/** From the setting itself: `clinic=postgres://… archive=/data/archive.sqlite`. */
export function connectionsOfText(text: string): Map<string, string> {
  return checked(
    text.trim().split(/\s+/).map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, Math.max(at, 0)), pair.slice(at + 1)]
    }),
  )
}

function checked(pairs: readonly (readonly [string, unknown])[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, address] of pairs) {
    if (!NAME.test(name)) throw new ConnectionsError('FLIGHTDECK_BATCH_CONNECTIONS has an entry without a name: write name=address, the name of letters, digits, - and _.')
    if (typeof address !== 'string' || !(/^postgres(ql)?:\/\//.test(address) || address.startsWith('/') || address.startsWith('./'))) {
      throw new ConnectionsError(`FLIGHTDECK_BATCH_CONNECTIONS: the address of ${name} must start with postgres:// or be the path of an SQLite file.`)
    }
    found.set(name, address)
  }
  return found
}
