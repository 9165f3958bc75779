import { describe, expect, it } from 'vitest'
import { awsSignature } from './aws-signature'

// The example that AWS published with the algorithm: "Create a signed AWS API request", IAM ListUsers.
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const CONTEXT = { region: 'us-east-1', service: 'iam', at: new Date('2015-08-30T12:36:00Z') }
const ASKED = {
  method: 'GET' as const,
  url: new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'),
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: null,
}

describe('the signature for AWS', () => {
  it('is the one of the published example', () => {
    expect(awsSignature(ASKED, KEYS, CONTEXT)).toEqual({
      'x-amz-date': '20150830T123600Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    })
  })

  it('covers the body, the path and the session', () => {
    const base = awsSignature(ASKED, KEYS, CONTEXT).authorization
    expect(awsSignature({ ...ASKED, body: '{}' }, KEYS, CONTEXT).authorization).not.toBe(base)
    expect(awsSignature({ ...ASKED, url: new URL('https://iam.amazonaws.com/x?Action=ListUsers&Version=2010-05-08') }, KEYS, CONTEXT).authorization).not.toBe(base)
    expect(awsSignature(ASKED, { ...KEYS, sessionToken: 'session' }, CONTEXT)).toMatchObject({
      'x-amz-security-token': 'session',
      authorization: expect.stringContaining('SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,') as string,
    })
  })
})
