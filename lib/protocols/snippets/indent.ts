/** All lines but the first are moved right. */
export function indentRest(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`)
}

/** All lines are moved right. */
export function indent(text: string, spaces: number): string {
  return ' '.repeat(spaces) + indentRest(text, spaces)
}
