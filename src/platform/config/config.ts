import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { InvalidConfiguration } from './invalid-configuration';
import { flag, list, wholeNumber } from './setting-types';
import { productionProblemsOf } from './production-checks';
import type { SettingsPart } from './settings-part';
import { scannerAddress } from '../files/scanner/scanner-address';
import { storeAddress } from '../files/store/store-address';
import { mailbox, type Mailbox } from '../mail/mailbox-address';

/** Converts an internationalised host name to the ASCII form that is sent over the network, and removes a slash at the end. */
const toAsciiUrl = (url: string): string => new URL(url).href.replace(/\/$/, '');

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/.+$/, 'must start with postgres://');

/** The settings of the platform. Modules add their own with a `SettingsPart`. A test compares all settings with `.env.example`. */
export const settings = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** Packages of extensions, whose modules run in this process too. */
  TEOART_EXTENSIONS: list,
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(3000, 0, 65_535),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'must start with sqlite: or postgres://')
    .default('sqlite:var/teoart.sqlite3'),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_REPLICA_URLS: list.pipe(z.array(postgresUrl)),
  DATABASE_REPLICA_MAX_LAG_MS: wholeNumber(10_000, 0, 3_600_000),
  DATABASE_POOL_SIZE: wholeNumber(10, 2, 1_000),
  DATABASE_POOL_WAIT_MS: wholeNumber(5_000, 10, 600_000),
  DATABASE_STATEMENT_TIMEOUT_MS: wholeNumber(30_000, 100, 3_600_000),
  DATABASE_PREPARED_STATEMENTS: flag('on'),
  DATABASE_NEWER_SCHEMA: z.enum(['refuse', 'accept']).default('refuse'),
  BACKUP_FOLDER: z.string().default(''),
  BACKUP_KEEP: wholeNumber(7, 1, 10_000),
  /** The size of the volume of a PostgreSQL server, or 0 if it is unknown. */
  DATABASE_VOLUME_BYTES: wholeNumber(0, 0, Number.MAX_SAFE_INTEGER),
  /** The Redis or Valkey server that all processes share. */
  CACHE_URL: z
    .string()
    .regex(/^rediss?:\/\/.+$/, 'must start with redis:// or rediss://')
    .optional(),
  CACHE_MEMORY_MB: wholeNumber(16, 1, 16_384),
  CACHE_TTL_SECONDS: wholeNumber(600, 1, 86_400),
  QUERY_STATISTICS: flag('on'),
  SLOW_QUERY_MS: wholeNumber(200, 1, 600_000),
  AUTH_SECRET: z.string().min(32, 'must hold at least 32 characters').optional(),
  WORKER: flag('on'),
  STOP_WAIT_MS: wholeNumber(1_000, 0, 600_000),
  STOP_LIMIT_MS: wholeNumber(25_000, 100, 3_600_000),
  DEMO_SCHOOL: flag('off'),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  CORS_ORIGINS: list,
  TRUST_PROXY_HOPS: wholeNumber(0, 0, 10),
  RATE_LIMIT_PER_MINUTE: wholeNumber(600, 1, 100_000_000),
  CREDENTIAL_RATE_LIMIT_PER_MINUTE: wholeNumber(60, 1, 100_000_000),
  REGISTRATION_LIMIT_PER_HOUR: wholeNumber(40, 1, 100_000_000),
  REQUEST_TIMEOUT_MS: wholeNumber(15_000, 100, 3_600_000),
  DOCS_PAGE: flag('on'),
  OPERATIONS_PAGE: flag('on'),
  METRICS_TOKEN: z.string().min(16, 'must hold at least 16 characters').optional(),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:3000')
    .transform(toAsciiUrl),
  MAIL_URL: z
    .string()
    .regex(/^smtps?:\/\/[^/]+/, 'must start with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: mailbox.optional(),
  MAIL_TIMEOUT_MS: wholeNumber(20_000, 100, 600_000),
  MAIL_DAYS: wholeNumber(30, 1, 3_650),
  /** Where uploaded files are: a folder, or a bucket of S3-compatible storage. */
  FILES_URL: storeAddress.default('folder:var/files'),
  FILES_TIMEOUT_MS: wholeNumber(20_000, 100, 600_000),
  FILE_MAX_MB: wholeNumber(10, 1, 100),
  /** The largest size of the files of one person that hang on nothing yet. */
  FILE_UNUSED_MAX_MB: wholeNumber(100, 1, 100_000),
  /** The largest file that is sent in several requests. S3 takes at most 5 GB in one object. */
  FILE_LARGE_MAX_MB: wholeNumber(2_048, 1, 5_000),
  FILE_UPLOADS_AT_ONCE: wholeNumber(32, 1, 1_000),
  FILE_STALL_TIMEOUT_MS: wholeNumber(10_000, 100, 60_000),
  /** The daemon of ClamAV, which checks each file before it is kept. */
  CLAMD_URL: scannerAddress.optional(),
  CLAMD_TIMEOUT_MS: wholeNumber(30_000, 100, 600_000),
  /** Whether webhooks and push messages may go to this machine. The default is `on` outside production. */
  OUTGOING_LOOPBACK: z.enum(['on', 'off']).optional(),
  OUTGOING_TIMEOUT_MS: wholeNumber(10_000, 100, 60_000),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().default('teoart'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_METRIC_EXPORT_INTERVAL: wholeNumber(60_000, 100, 3_600_000),
});

export type Settings = z.output<typeof settings>;
export type Environment = Record<string, string | undefined>;

const localOrigin = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** The DATABASE_URL of an SQLite file. */
export const fileUrl = (file: string): string => `sqlite:${file}`;

/**
 * Reads the settings from the environment, which no other code reads (`env-file.ts` adds `.env` to it). The settings of the platform and of `parts` are validated
 * together, so that the operator sees every problem at once.
 */
export class Config {
  readonly settings: Settings;
  private readonly values = new Map<SettingsPart, object>();

  /** @throws InvalidConfiguration */
  constructor(
    private readonly environment: Environment,
    parts: readonly SettingsPart[] = [],
  ) {
    const rawValues = rawValuesOf(settings, environment);
    const parsed = settings.safeParse(rawValues);
    const problems = parsed.error ? problemsOf(parsed.error) : combinedProblems(parsed.data, rawValues);
    for (const part of parts) problems.push(...this.read(part));
    if (!parsed.data || problems.length > 0) throw new InvalidConfiguration(problems);
    this.settings = parsed.data;
  }

  /** Reads the environment of the process. `overrides` are settings that the program sets itself. */
  static ofProcess(overrides: Environment = {}, parts: readonly SettingsPart[] = []): Config {
    return new Config({ ...process.env, ...overrides }, parts);
  }

  /**
   * The packages of TEOART_EXTENSIONS. They are read before the other settings are validated, because each package has a
   * `SettingsPart` that is validated together with those.
   */
  static extensionsOfProcess(overrides: Environment = {}): string[] {
    const schema = settings.pick({ TEOART_EXTENSIONS: true });
    return schema.parse(rawValuesOf(schema, { ...process.env, ...overrides })).TEOART_EXTENSIONS;
  }

  /** Returns the settings of a module. @throws InvalidConfiguration if the part is invalid and was not checked at the start */
  of<Schema extends z.ZodObject>(part: SettingsPart<Schema>): z.output<Schema> {
    const problems = this.values.has(part) ? [] : this.read(part);
    if (problems.length > 0) throw new InvalidConfiguration(problems);
    return this.values.get(part) as z.output<Schema>;
  }

  /** Validates a part and keeps its values. Returns the problems. */
  private read(part: SettingsPart): string[] {
    const parsed = part.schema.safeParse(rawValuesOf(part.schema, this.environment));
    if (parsed.error) return problemsOf(parsed.error);
    const problems = part.problems?.(parsed.data, this.environment.NODE_ENV === 'production') ?? [];
    if (problems.length === 0) this.values.set(part, parsed.data);
    return problems;
  }

  get isProduction(): boolean {
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
  /** The URL of the database server without a pooler, for work that needs a session of its own. */
  get directUrl(): string {
    return this.settings.DATABASE_DIRECT_URL ?? this.settings.DATABASE_URL;
  }
  get isWorker(): boolean {
    return this.settings.WORKER;
  }
  get hasDemoSchool(): boolean {
    return this.settings.DEMO_SCHOOL;
  }
  get logLevel(): Settings['LOG_LEVEL'] {
    return this.settings.LOG_LEVEL;
  }
  /** In development, without CORS_ORIGINS, a front end on any port of this machine may use the API. */
  get corsOrigins(): (string | RegExp)[] {
    const { CORS_ORIGINS, NODE_ENV } = this.settings;
    return CORS_ORIGINS.length === 0 && NODE_ENV === 'development' ? [localOrigin] : CORS_ORIGINS;
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
  /** Whether traces are exported. */
  get isTraced(): boolean {
    return this.settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  }
  get requestTimeoutMs(): number {
    return this.settings.REQUEST_TIMEOUT_MS;
  }
  get hasDocsPage(): boolean {
    return this.settings.DOCS_PAGE;
  }
  get hasOperationsPage(): boolean {
    return this.settings.OPERATIONS_PAGE;
  }
  get hasMailServer(): boolean {
    return this.settings.MAIL_URL !== undefined;
  }
  /** The sender of mails. Without a mail server it is only shown in the development mailbox. */
  get mailFrom(): Mailbox {
    return this.settings.MAIL_FROM ?? { name: 'TeoArt School', address: 'school@localhost' };
  }
  get isHttps(): boolean {
    return this.settings.PUBLIC_URL.startsWith('https:');
  }
  get publicUrl(): string {
    return this.settings.PUBLIC_URL;
  }
}

/** The settings to use another database. The pooler and the replicas are cleared, because they belong to the configured database. */
export const otherDatabaseSettings = (url: string): Environment => ({
  DATABASE_URL: url,
  DATABASE_URL_FILE: '',
  DATABASE_DIRECT_URL: '',
  DATABASE_DIRECT_URL_FILE: '',
  DATABASE_REPLICA_URLS: '',
  DATABASE_REPLICA_URLS_FILE: '',
});

/** Refuses replicas and a pooler for an SQLite file, because they exist only for PostgreSQL. */
function databaseProblems(database: Settings): string[] {
  if (!database.DATABASE_URL.startsWith('sqlite:')) return [];
  const problems: string[] = [];
  if (database.DATABASE_REPLICA_URLS[0]) problems.push('DATABASE_REPLICA_URLS: requires PostgreSQL');
  if (database.DATABASE_DIRECT_URL) problems.push('DATABASE_DIRECT_URL: requires PostgreSQL');
  return problems;
}

/** Returns one line for each combination of valid settings that is not allowed. */
function combinedProblems(values: Settings, rawValues: Environment): string[] {
  const productionProblems = values.NODE_ENV === 'production' ? productionProblemsOf(values, rawValues) : [];
  const hasNoSender = values.MAIL_URL !== undefined && values.MAIL_FROM === undefined;
  const mailProblems = hasNoSender ? ['MAIL_FROM: required with MAIL_URL'] : [];
  return [...productionProblems, ...databaseProblems(values), ...mailProblems];
}

const problemsOf = ({ issues }: z.ZodError): string[] =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

/** Reads the settings of a schema from the environment. `NAME_FILE` is the path of a file with the value of NAME, for secrets of containers. */
function rawValuesOf({ shape }: z.ZodObject, environment: Environment): Environment {
  const rawValues: Environment = {};
  for (const name of Object.keys(shape)) {
    const file = environment[`${name}_FILE`];
    rawValues[name] = file ? readFileSync(file, 'utf8').trimEnd() : environment[name] || undefined;
  }
  return rawValues;
}
