// The only reader of process.env: what the operator may set, checked once, named when wrong.
import { z } from 'zod'
import { join, resolve } from 'node:path'
import { isOutboundEntry } from './outbound'

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  FLIGHTDECK_GRPC_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  FLIGHTDECK_DATA_DIR: z.string().min(1).default('./data'),
  FLIGHTDECK_DEMO: z.enum(['0', '1']).default('1'),
  FLIGHTDECK_URL: z.url().optional(),
  FLIGHTDECK_SECRET: z.string().min(32).optional(),
  FLIGHTDECK_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  FLIGHTDECK_TOKEN: z.string().optional(),
  FLIGHTDECK_CHECK_SCHEDULE: z.string().min(9).default('0 * * * *'),
  FLIGHTDECK_CALLER_ROWS_A_SECOND: z.coerce.number().positive().max(1_000_000).default(50_000),
  FLIGHTDECK_HOT_VERSIONS: z.coerce.number().int().min(1).max(10_000).default(20),
  FLIGHTDECK_BATCH_DIR: z.string().min(1).optional(),
  FLIGHTDECK_BATCH_CONNECTIONS: z.string().min(1).optional(),
  FLIGHTDECK_BATCH_KEEP_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  FLIGHTDECK_SPOOL_MEGABYTES: z.coerce.number().positive().max(1_000_000).default(1024),
  FLIGHTDECK_SUCCESSOR: z.enum(['0', '1']).default('0'),
  FLIGHTDECK_ENDED_BY: z.string().regex(/^SIG[A-Z0-9]+$/).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  FLIGHTDECK_TRUST_PROXY: z.enum(['0', '1']).default('0'),
  SMTP_URL: z.string().regex(/^smtps?:\/\//, 'must start with smtp:// or smtps://').optional(),
  FLIGHTDECK_MAIL_FROM: z.email().default('flightdeck@localhost.localdomain'),
  FLIGHTDECK_PRIVATE_ENDPOINTS: z
    .string()
    .transform((text) => text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== ''))
    .refine((entries) => entries.every(isOutboundEntry), 'must list host, host:port or networks such as 10.2.0.0/16, separated by commas')
    .default([]),
  FLIGHTDECK_SAGEMAKER_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  FLIGHTDECK_SAGEMAKER_MODEL: z.string().min(1).optional(),
  FLIGHTDECK_SAGEMAKER_TOKEN: z.string().min(1).optional(),
})

export interface Environment {
  mode: 'development' | 'production' | 'test'
  port: number
  host: string
  /** Undefined: no gRPC. */
  grpcPort: number | undefined
  dataDirectory: string
  isDemo: boolean
  publicUrl: string
  secret: string | undefined
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  token: string | undefined
  checkSchedule: string
  /** Rows that one caller may send a second where its token says nothing else. */
  callerRowsASecond: number
  /** How many versions keep a session open. */
  hotVersions: number
  /** The one folder whose files batch jobs may read and write; in the data directory where none is named. */
  batchDirectory: string
  /** Databases that batch jobs may use: the path of a JSON file, or `name=address` separated by spaces. Holds secrets. */
  batchConnections: string | undefined
  /** How long uploaded sources and results of ended jobs are kept. */
  batchKeepDays: number
  /** What an edge server keeps of predictions that were not brought home yet. */
  spoolMegabytes: number
  /** Another process of this installation answers on the port until this one does; told by the supervisor. */
  isSuccessor: boolean
  /** The signal that ended the process before this one, where the supervisor saw a crash. */
  endedBy: string | null
  databaseUrl: string | undefined
  isBehindProxy: boolean
  smtpUrl: string | undefined
  mailFrom: string
  /** Private addresses that remote versions may lie at. */
  privateEndpoints: readonly string[]
  sagemaker: SageMakerSettings | undefined
}

/** A port that answers as a container of SageMaker. */
export interface SageMakerSettings {
  port: number
  /** `name` or `name@environment`. */
  model: string | undefined
  /** Whom its calls act as. */
  token: string | undefined
}

export class EnvironmentError extends Error {}

/** Reads and checks the variables; throws EnvironmentError with one line that names each wrong one. */
export function readEnvironment(variables: Record<string, string | undefined> = process.env): Environment {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const parsed = schema.safeParse(present)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new EnvironmentError(`A setting in the environment is wrong. ${wrong.join('; ')}.`)
  }
  const values = parsed.data
  return {
    mode: values.NODE_ENV,
    port: values.PORT,
    host: values.HOST,
    grpcPort: values.FLIGHTDECK_GRPC_PORT,
    dataDirectory: resolve(values.FLIGHTDECK_DATA_DIR),
    isDemo: values.FLIGHTDECK_DEMO === '1',
    publicUrl: values.FLIGHTDECK_URL ?? `http://${values.HOST === '0.0.0.0' ? 'localhost' : values.HOST}:${values.PORT}`,
    secret: values.FLIGHTDECK_SECRET,
    logLevel: values.FLIGHTDECK_LOG_LEVEL,
    token: values.FLIGHTDECK_TOKEN,
    checkSchedule: values.FLIGHTDECK_CHECK_SCHEDULE,
    callerRowsASecond: values.FLIGHTDECK_CALLER_ROWS_A_SECOND,
    hotVersions: values.FLIGHTDECK_HOT_VERSIONS,
    batchDirectory: resolve(values.FLIGHTDECK_BATCH_DIR ?? join(values.FLIGHTDECK_DATA_DIR, 'batch', 'folder')),
    batchConnections: values.FLIGHTDECK_BATCH_CONNECTIONS,
    batchKeepDays: values.FLIGHTDECK_BATCH_KEEP_DAYS,
    spoolMegabytes: values.FLIGHTDECK_SPOOL_MEGABYTES,
    isSuccessor: values.FLIGHTDECK_SUCCESSOR === '1',
    endedBy: values.FLIGHTDECK_ENDED_BY ?? null,
    databaseUrl: values.DATABASE_URL,
    isBehindProxy: values.FLIGHTDECK_TRUST_PROXY === '1',
    smtpUrl: values.SMTP_URL,
    mailFrom: values.FLIGHTDECK_MAIL_FROM,
    privateEndpoints: values.FLIGHTDECK_PRIVATE_ENDPOINTS,
    sagemaker:
      values.FLIGHTDECK_SAGEMAKER_PORT === undefined
        ? undefined
        : { port: values.FLIGHTDECK_SAGEMAKER_PORT, model: values.FLIGHTDECK_SAGEMAKER_MODEL, token: values.FLIGHTDECK_SAGEMAKER_TOKEN },
  }
}

let cached: Environment | undefined

export function environment(): Environment {
  cached ??= readEnvironment()
  return cached
}

/** A secret that the operator set for a remote version: a name that starts with FLIGHTDECK_SECRET_. Read when it is needed. */
export function secretVariable(name: string): string | undefined {
  return name.startsWith('FLIGHTDECK_SECRET_') ? process.env[name] : undefined
}

/** The variables of a child process: this one's, with some replaced. */
export function childVariables(replaced: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...replaced }
}

/** next-auth reads its own address from the environment. */
export function exportPublicUrl(): void {
  process.env.NEXTAUTH_URL ??= environment().publicUrl
}
