import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { flag, list, whole } from './setting-types';
import { productionProblemsOf } from './production-checks';
import type { SettingsPart } from './settings-part';

/** As it goes over the wire: a host in the letters of its country becomes its ASCII form. */
const asWritten = (url: string): string => new URL(url).href.replace(/\/$/, '');

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/.+$/, 'must start with postgres://');

/** The settings of the platform; modules bring theirs as a `SettingsPart`. A test compares all of them with `.env.example`. */
export const settings = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** Packages whose modules run here too. */
  TEOART_EXTENSIONS: list,
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

/**
 * The only reader of the environment. It is validated once, the platform's settings and those of `parts` together, so that
 * the operator sees every problem at once.
 */
export class Config {
  readonly settings: Settings;
  private readonly values = new Map<SettingsPart, object>();

  /** @throws InvalidConfiguration */
  constructor(
    private readonly environment: Environment,
    parts: readonly SettingsPart[] = [],
  ) {
    const texts = textsOf(settings, environment);
    const parsed = settings.safeParse(texts);
    const problems = [
      ...(parsed.error ? problemsOf(parsed.error) : []),
      ...(parsed.data ? productionProblems(parsed.data, texts) : []),
      ...(parsed.data ? databaseProblems(parsed.data) : []),
      ...parts.flatMap((part) => this.read(part)),
    ];
    if (!parsed.data || problems.length > 0) throw new InvalidConfiguration(problems);
    this.settings = parsed.data;
  }

  /** The process's own environment, with what a program decides for itself. */
  static ofProcess(decided: Environment = {}, parts: readonly SettingsPart[] = []): Config {
    return new Config({ ...process.env, ...decided }, parts);
  }

  /** The settings of a module. @throws InvalidConfiguration where the part is not in the application's list and not valid */
  of<Schema extends z.ZodObject>(part: SettingsPart<Schema>): z.output<Schema> {
    const problems = this.values.has(part) ? [] : this.read(part);
    if (problems.length > 0) throw new InvalidConfiguration(problems);
    return this.values.get(part) as z.output<Schema>;
  }

  /** Validates a part and keeps its values. Returns the problems. */
  private read(part: SettingsPart): string[] {
    const parsed = part.schema.safeParse(textsOf(part.schema, this.environment));
    if (parsed.error) return problemsOf(parsed.error);
    this.values.set(part, parsed.data);
    return part.problems?.(parsed.data, this.environment.NODE_ENV === 'production') ?? [];
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
}

/** Another database than the process's own: its pooler and its replicas lead elsewhere. */
export const databaseAlone = (url: string): Environment => ({
  ...{ DATABASE_URL_FILE: '', DATABASE_DIRECT_URL_FILE: '', DATABASE_REPLICA_URLS_FILE: '' },
  ...{ DATABASE_URL: url, DATABASE_DIRECT_URL: '', DATABASE_REPLICA_URLS: '' },
});

/** One file has no copies that follow it, and no pooler in front of it. */
function databaseProblems(database: Settings): string[] {
  if (!database.DATABASE_URL.startsWith('sqlite:')) return [];
  const needsPostgres = {
    DATABASE_REPLICA_URLS: database.DATABASE_REPLICA_URLS[0],
    DATABASE_DIRECT_URL: database.DATABASE_DIRECT_URL,
  };
  return Object.entries(needsPostgres).flatMap(([name, value]) => (value ? [`${name}: only with PostgreSQL`] : []));
}

const productionProblems = (values: Settings, texts: Environment): string[] =>
  values.NODE_ENV === 'production' ? productionProblemsOf(values, texts) : [];

const problemsOf = ({ issues }: z.ZodError): string[] =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

/** The texts of a schema's settings. `NAME_FILE` names a file that holds the value of NAME, as containers pass secrets. */
function textsOf({ shape }: z.ZodObject, environment: Environment): Environment {
  const texts: Environment = {};
  for (const name of Object.keys(shape)) {
    const file = environment[`${name}_FILE`];
    texts[name] = file ? readFileSync(file, 'utf8').trimEnd() : environment[name] || undefined;
  }
  return texts;
}
