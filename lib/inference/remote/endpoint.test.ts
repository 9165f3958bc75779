import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { endpointSchema, secretsOf } from './endpoint'
import { readSecret } from './secrets'

const folder = mkdtempSync(join(tmpdir(), 'flightdeck-remote-'))
process.env.FLIGHTDECK_DATA_DIR = folder

const kserve = { protocol: 'open-inference', url: 'https://models.example/', model: 'risk' }

describe('the document', () => {
  it('fills in what is usual', () => {
    expect(endpointSchema.parse(kserve)).toEqual({ ...kserve, inputs: {}, answer: {}, timeoutMs: 2000, mostRows: 256, connections: 16, explainedRowsASecond: 5000 })
  })

  it.each([
    [{ ...kserve, url: 'ftp://models.example' }, 'url'],
    [{ ...kserve, url: 'https://user:password@models.example' }, 'url'],
    [{ ...kserve, model: undefined }, 'model'],
    [{ ...kserve, protocol: 'soap' }, 'protocol'],
    [{ ...kserve, retries: 3 }, ''],
    [{ ...kserve, headers: { authorization: 'Bearer abc' } }, 'headers.authorization'],
    [{ ...kserve, headers: { 'X-Api-Key': 'abc' } }, 'headers.X-Api-Key'],
    [{ ...kserve, headers: { host: 'other' } }, 'headers.host'],
    [{ ...kserve, headers: { 'x-a': 'b\r\nc: d' } }, 'headers.x-a'],
    [{ ...kserve, headers: { authorization: { secret: 'env:DATABASE_URL' } } }, 'headers.authorization.secret'],
    [{ ...kserve, headers: { authorization: { secret: 'env:FLIGHTDECK_SECRET' } } }, 'headers.authorization.secret'],
    [{ ...kserve, headers: { authorization: { secret: 'file:../secret' } } }, 'headers.authorization.secret'],
    [{ ...kserve, headers: { authorization: { secret: 'file:a/b' } } }, 'headers.authorization.secret'],
    [{ ...kserve, inputs: { shape: 'matrix', fields: [{ name: 'housing', type: 'category' }] } }, 'inputs'],
    [{ ...kserve, inputs: { fields: [{ name: 'a', type: 'number' }, { name: 'a', type: 'number' }] } }, 'inputs.fields'],
    [{ protocol: 'json', url: 'https://models.example/' }, 'template'],
    [{ protocol: 'json', url: 'https://models.example/', template: { body: { a: 1 } } }, 'template'],
    [{ protocol: 'mlflow', url: 'https://models.example/', format: 'csv' }, 'format'],
  ])('refuses %j at %s', (document, path) => {
    const { error } = endpointSchema.safeParse(document)
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path)
  })

  it('names its secrets', () => {
    const document = endpointSchema.parse({
      protocol: 'sagemaker',
      url: 'https://runtime.sagemaker.eu-central-1.amazonaws.com/endpoints/risk/invocations',
      aws: { region: 'eu-central-1', accessKeyId: 'file:aws-id', secretAccessKey: 'file:aws-key' },
      headers: { 'x-tenant': 'clinic', authorization: { secret: 'env:FLIGHTDECK_SECRET_KSERVE', prefix: 'Bearer ' } },
    })
    expect(secretsOf(document)).toEqual(['env:FLIGHTDECK_SECRET_KSERVE', 'file:aws-id', 'file:aws-key'])
  })
})

describe('secrets', () => {
  it('are read from variables and files when they are needed', async () => {
    process.env.FLIGHTDECK_SECRET_KSERVE = 'abc'
    mkdirSync(join(folder, 'secrets'))
    writeFileSync(join(folder, 'secrets', 'token'), 'def\n')
    expect([await readSecret('env:FLIGHTDECK_SECRET_KSERVE'), await readSecret('file:token')]).toEqual(['abc', 'def'])
    writeFileSync(join(folder, 'secrets', 'token'), 'rotated')
    expect(await readSecret('file:token')).toBe('rotated')
  })

  it.each([
    ['env:FLIGHTDECK_SECRET_OTHER', 'is not set in the environment of the server'],
    ['file:other', 'is not in the folder secrets of the data directory'],
    ['env:PATH', 'is not the name of a secret'],
    ['file:..', 'is not the name of a secret'],
  ])('%s: a clear error', async (reference, words) => {
    await expect(readSecret(reference)).rejects.toMatchObject({ kind: 'unavailable', code: 'remote_secret_missing', message: expect.stringContaining(words) as string })
  })

  it('that would break a header are refused', async () => {
    writeFileSync(join(folder, 'secrets', 'two-lines'), 'a\nb: c')
    await expect(readSecret('file:two-lines')).rejects.toMatchObject({ message: expect.stringContaining('no header can carry') as string })
  })
})
