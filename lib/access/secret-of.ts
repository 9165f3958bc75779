/** Basic (RFC 7617) is for clients that know nothing else: the token is the password, or the name where there is none. */
export function secretOf(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic)\s+(\S+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return credentials || undefined
  const [name, ...password] = Buffer.from(credentials, 'base64').toString('utf8').split(':')
  return password.length === 0 ? undefined : password.join(':') || name || undefined
}
