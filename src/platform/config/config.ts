import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { productionProblemsOf } from './production';

const flag = (fallback: 'on' | 'off') =>
  z
    .enum(['on', 'off'])
    .default(fallback)
    .transform((value) => value === 'on');
const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const hex = (bytes: number, what: string) =>
  z.string().regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`), `must be ${what}`);
/** As it goes over the wire: a host in the letters of its country becomes its ASCII form. */
const asWritten = (url: string): string => new URL(url).href.replace(/\/$/, '');
const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/.+$/, 'must start with postgres://');

/** Every setting of the process, its default and its limits. `.env.example` is compared with this list by a test. */
export const settings = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(3000, 0, 65_535),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'must start with sqlite: or postgres://')
    .default('sqlite:var/teoart.sqlite3'),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_REPLICA_URLS: list.pipe(z.array(postgresUrl)),
  DATABASE_REPLICA_MAX_LAG_MS: whole(10_000, 0, 3_600_000),
  DATABASE_POOL_SIZE: whole(10, 2, 1_000),
  DATABASE_POOL_WAIT_MS: whole(5_000, 10, 600_000),
  DATABASE_STATEMENT_TIMEOUT_MS: whole(30_000, 100, 3_600_000),
  DATABASE_PREPARED_STATEMENTS: flag('on'),
  DATABASE_NEWER_SCHEMA: z.enum(['refuse', 'accept']).default('refuse'),
  BACKUP_FOLDER: z.string().default(''),
  BACKUP_KEEP: whole(7, 1, 10_000),
  /** How large the volume of a PostgreSQL is; 0: unknown. */
  DATABASE_VOLUME_BYTES: whole(0, 0, Number.MAX_SAFE_INTEGER),
  QUERY_STATISTICS: flag('on'),
  SLOW_QUERY_MS: whole(200, 1, 600_000),
  AUTH_SECRET: z.string().min(32, 'must hold at least 32 characters').optional(),
  /** A session that nobody refreshes for so long ends. */
  SESSION_IDLE_DAYS: whole(14, 1, 30),
  SECURITY_EVENT_DAYS: whole(365, 31, 3_650),
  WORKER: flag('on'),
  STOP_WAIT_MS: whole(1_000, 0, 600_000),
  STOP_LIMIT_MS: whole(25_000, 100, 3_600_000),
  DEMO_SCHOOL: flag('off'),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  CORS_ORIGINS: list,
  TRUST_PROXY_HOPS: whole(0, 0, 10),
  RATE_LIMIT_PER_MINUTE: whole(600, 1, 100_000_000),
  CREDENTIAL_RATE_LIMIT_PER_MINUTE: whole(60, 1, 100_000_000),
  REGISTRATION_LIMIT_PER_HOUR: whole(40, 1, 100_000_000),
  REQUEST_TIMEOUT_MS: whole(15_000, 100, 3_600_000),
  DOCS_PAGE: flag('on'),
  OPERATIONS_PAGE: flag('on'),
  METRICS_TOKEN: z.string().min(16, 'must hold at least 16 characters').optional(),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:3000')
    .transform(asWritten),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().default('teoart'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_METRIC_EXPORT_INTERVAL: whole(60_000, 100, 3_600_000),
  /** Most TeoCoins that one reward of such a thing pays. */
  MAX_LESSON_REWARD: whole(50, 0, 10_000),
  MAX_EXERCISE_REWARD: whole(100, 0, 10_000),
  MAX_COURSE_REWARD: whole(500, 0, 10_000),
  STAFF_DAILY_COINS: whole(10_000, 0, 2_000_000_000),
  YOUNG_ACCOUNT_DAYS: whole(7, 0, 3_650),
  YOUNG_ACCOUNT_DAILY_COINS: whole(100, 0, 2_000_000_000),
  TRANSFERS_PER_PAIR_A_DAY: whole(10, 1, 1_000_000),
  UNUSUAL_COINS_AN_HOUR: whole(500, 1, 2_000_000_000),
  UNUSUAL_YOUNG_SENDERS: whole(5, 2, 1_000_000),
  CHAIN_RPC_URL: list,
  CHAIN_ID: whole(31_337, 1, Number.MAX_SAFE_INTEGER),
  CHAIN_CONTRACT: hex(20, 'the address of a contract').optional(),
  CHAIN_TREASURY: hex(20, 'an address').optional(),
  CHAIN_PRIVATE_KEY: hex(32, 'a private key').optional(),
  CHAIN_PRIVATE_KEY_IN_PRODUCTION: flag('off'),
  CHAIN_KEYSTORE: z.string().optional(),
  CHAIN_KEYSTORE_PASSWORD: z.string().optional(),
  CHAIN_CONFIRMATIONS: whole(64, 1, 10_000),
  CHAIN_FINALIZED_TAG: flag('on'),
  CHAIN_RPC_TIMEOUT_MS: whole(10_000, 100, 120_000),
  CHAIN_IN_FLIGHT: whole(16, 1, 1_000),
  CHAIN_STUCK_SECONDS: whole(180, 1, 86_400),
  CHAIN_MAX_FEE_GWEI: whole(200, 1, 1_000_000),
  CHAIN_DAILY_CAP: whole(250_000, 1, 2_000_000_000),
  WALLET_COOLDOWN_MINUTES: whole(1_440, 0, 525_600),
});

export type Settings = z.output<typeof settings>;
export type Environment = Record<string, string | undefined>;

/** DATABASE_URL of a file. */
export const fileUrl = (file: string): string => `sqlite:${file}`;

/** A setting that is wrong stops the boot with every problem in one message. */
export class InvalidConfiguration extends Error {
  override name = 'InvalidConfiguration';

  constructor(problems: string[]) {
    super(['The configuration is not valid:', ...problems].join('\n  '));
  }
}

/** The only reader of the environment: `Config.ofProcess()` validates once, then everything is a plain field. */
export class Config {
  readonly settings: Settings;

  constructor(environment: Environment) {
    const said = withSecretFiles(environment);
    const parsed = settings.safeParse(said);
    if (!parsed.success)
      throw new InvalidConfiguration(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
    this.settings = parsed.data;
    const problems = [
      this.production ? productionProblemsOf(this.settings, said) : [],
      databaseProblemOf(this.settings) ?? [],
      this.chainConfigured ? (chainProblemOf(this.settings) ?? []) : [],
    ].flat();
    if (problems.length > 0) throw new InvalidConfiguration(problems);
  }

  /** The process's own environment, with what a program decides for itself. */
  static ofProcess(decided: Environment = {}): Config {
    return new Config({ ...process.env, ...decided });
  }

  get production(): boolean {
    return this.settings.NODE_ENV === 'production';
  }
  get host(): string {
    return this.settings.HOST;
  }
  get port(): number {
    return this.settings.PORT;
  }
  get databaseUrl(): string {
    return this.settings.DATABASE_URL;
  }
  /** The server itself, past any pooler: for what needs a session of its own. */
  get directUrl(): string {
    return this.settings.DATABASE_DIRECT_URL ?? this.settings.DATABASE_URL;
  }
  get worker(): boolean {
    return this.settings.WORKER;
  }
  get demoSchool(): boolean {
    return this.settings.DEMO_SCHOOL;
  }
  get logLevel(): Settings['LOG_LEVEL'] {
    return this.settings.LOG_LEVEL;
  }
  get corsOrigins(): string[] {
    return this.settings.CORS_ORIGINS;
  }
  get trustProxyHops(): number {
    return this.settings.TRUST_PROXY_HOPS;
  }
  get rateLimitPerMinute(): number {
    return this.settings.RATE_LIMIT_PER_MINUTE;
  }
  get credentialRateLimitPerMinute(): number {
    return this.settings.CREDENTIAL_RATE_LIMIT_PER_MINUTE;
  }
  get registrationLimitPerHour(): number {
    return this.settings.REGISTRATION_LIMIT_PER_HOUR;
  }
  /** Whether somebody collects traces. */
  get isTraced(): boolean {
    return this.settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  }
  get requestTimeoutMs(): number {
    return this.settings.REQUEST_TIMEOUT_MS;
  }
  get docsPage(): boolean {
    return this.settings.DOCS_PAGE;
  }
  get operationsPage(): boolean {
    return this.settings.OPERATIONS_PAGE;
  }
  get publicUrl(): string {
    return this.settings.PUBLIC_URL;
  }
  get chainConfigured(): boolean {
    return this.settings.CHAIN_RPC_URL.length > 0;
  }
}

/** Another database than the process's own: its pooler and its replicas lead elsewhere. */
export const databaseAlone = (url: string): Environment => ({
  ...{ DATABASE_URL_FILE: '', DATABASE_DIRECT_URL_FILE: '', DATABASE_REPLICA_URLS_FILE: '' },
  ...{ DATABASE_URL: url, DATABASE_DIRECT_URL: '', DATABASE_REPLICA_URLS: '' },
});

/** One file has no copies that follow it, and no pooler in front of it. */
function databaseProblemOf(database: Settings): string | null {
  if (!database.DATABASE_URL.startsWith('sqlite:')) return null;
  if (database.DATABASE_REPLICA_URLS.length > 0) return 'DATABASE_REPLICA_URLS: only with PostgreSQL';
  return database.DATABASE_DIRECT_URL ? 'DATABASE_DIRECT_URL: only with PostgreSQL' : null;
}

/** What a chain needs beside the address of a node; null, if all is there. */
function chainProblemOf(chain: Settings): string | null {
  const { CHAIN_PRIVATE_KEY: key, CHAIN_KEYSTORE: keystore } = chain;
  if (!chain.CHAIN_CONTRACT) return 'CHAIN_CONTRACT: required with CHAIN_RPC_URL';
  if (!key && !keystore && !chain.CHAIN_TREASURY) return 'CHAIN_TREASURY: required where there is no key';
  if (key && keystore) return 'CHAIN_KEYSTORE: not together with CHAIN_PRIVATE_KEY';
  if (keystore && !chain.CHAIN_KEYSTORE_PASSWORD) return 'CHAIN_KEYSTORE_PASSWORD: required with CHAIN_KEYSTORE';
  // A key in the environment is read by every child process and every crash report.
  if (key && chain.NODE_ENV === 'production' && !chain.CHAIN_PRIVATE_KEY_IN_PRODUCTION)
    return 'CHAIN_PRIVATE_KEY: not in production; use CHAIN_KEYSTORE';
  return null;
}

/** `NAME_FILE` names a file that holds the value of NAME: how containers hand over secrets. */
function withSecretFiles(environment: Environment): Environment {
  const resolved: Environment = {};
  for (const name of Object.keys(settings.shape)) {
    const file = environment[`${name}_FILE`];
    const value = environment[name] || undefined;
    resolved[name] = file ? readFileSync(file, 'utf8').trimEnd() : value;
  }
  return resolved;
}
