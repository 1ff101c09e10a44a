import { z } from 'zod';
import { findingKinds } from '../../platform/findings/finding';
import { failureKinds } from './incidents';

const finding = z.strictObject({
  kind: z.enum(findingKinds),
  severity: z.enum(['notice', 'warning', 'critical']),
  subject: z.string(),
  explanation: z.string(),
  mend: z.string().meta({
    description: 'The SQL that repairs the problem, or a shell command if no SQL does. Read it before running it',
  }),
});
const exampleOfFinding = {
  kind: 'missing-index' as const,
  severity: 'warning' as const,
  subject: 'courses_lesson (course_id)',
  explanation: 'About 4000 rows are read to find a few of them.',
  mend: 'CREATE INDEX CONCURRENTLY ON courses_lesson (course_id);',
};
const findings = z.array(finding);

export const DatabaseHealthResponse = z
  .strictObject({
    engine: z.string(),
    version: z.string(),
    process: z
      .string()
      .meta({ description: 'The process that sent the response. Each process counts its own statements' }),
    since: z.iso.datetime(),
    takenAt: z.iso.datetime(),
    findings: findings.meta({ description: 'Sorted by severity, the most severe first' }),
  })
  .meta({
    id: 'DatabaseHealth',
    examples: [
      {
        engine: 'postgres',
        version: 'PostgreSQL 18.4',
        process: 'process:api-1:71',
        since: '2026-03-01T08:00:00.000Z',
        takenAt: '2026-03-01T09:00:00.000Z',
        findings: [exampleOfFinding],
      },
    ],
  });

const pool = z.strictObject({
  total: z.int(),
  idle: z.int(),
  waiting: z.int(),
  waits: z.int(),
  waitedMs: z.number(),
  longestWaitMs: z.number(),
  timeouts: z.int(),
  busy: z.int(),
  busyMs: z.number(),
});
const exampleOfPool = {
  total: 10,
  idle: 8,
  waiting: 0,
  waits: 0,
  waitedMs: 0,
  longestWaitMs: 0,
  timeouts: 0,
  busy: 0,
  busyMs: 0,
};

export const ConnectionsResponse = z
  .strictObject({
    limit: z.int().nullable(),
    used: z.int().nullable(),
    states: z.array(z.strictObject({ state: z.string(), count: z.int() })),
    sessions: z.array(
      z.strictObject({
        pid: z.int(),
        state: z.string(),
        application: z.string(),
        stateMs: z.number(),
        transactionMs: z.number(),
        statement: z.string(),
      }),
    ),
    pool: pool.meta({
      description:
        'The connection pool of the process that sent the response, or its queue for the single writer of an SQLite file',
    }),
    findings,
  })
  .meta({
    id: 'DatabaseConnections',
    examples: [
      {
        limit: 100,
        used: 12,
        states: [{ state: 'idle', count: 9 }],
        sessions: [],
        pool: exampleOfPool,
        findings: [],
      },
    ],
  });

export const IndexesResponse = z
  .strictObject({
    indexes: z.array(
      z.strictObject({
        name: z.string(),
        table: z.string(),
        columns: z.array(z.string()),
        isUnique: z.boolean(),
        isValid: z.boolean(),
        scans: z.int(),
        bytes: z.int().nullable(),
        definition: z.string(),
      }),
    ),
    findings,
  })
  .meta({
    id: 'DatabaseIndexes',
    examples: [
      {
        indexes: [
          {
            name: 'courses_lesson_course',
            table: 'courses_lesson',
            columns: ['course_id'],
            isUnique: false,
            isValid: true,
            scans: 4_021,
            bytes: 65_536,
            definition: 'CREATE INDEX …',
          },
        ],
        findings: [exampleOfFinding],
      },
    ],
  });

export const StorageResponse = z
  .strictObject({
    totalBytes: z.int(),
    freeBytes: z.int().nullable().meta({ description: 'Free space on the volume; null if unknown' }),
    bytesPerDay: z
      .number()
      .nullable()
      .meta({ description: 'Average growth over the last week; null until samples of an hour exist' }),
    daysToFull: z.number().nullable(),
    tables: z.array(
      z.strictObject({
        name: z.string(),
        rows: z.int(),
        bytes: z.int().nullable(),
        indexBytes: z.int().nullable(),
        deadRows: z.int().nullable(),
        vacuumedAt: z.iso.datetime().nullable(),
        bytesPerDay: z.number().nullable(),
      }),
    ),
    file: z
      .strictObject({ pageBytes: z.int(), pages: z.int(), freePages: z.int(), logBytes: z.int() })
      .nullable()
      .meta({ description: 'SQLite only' }),
    findings,
  })
  .meta({
    id: 'DatabaseStorage',
    examples: [
      {
        totalBytes: 12_582_912,
        freeBytes: null,
        bytesPerDay: 524_288,
        daysToFull: null,
        file: null,
        tables: [
          {
            name: 'courses_lesson',
            rows: 4_000,
            bytes: 524_288,
            indexBytes: 131_072,
            deadRows: 12,
            vacuumedAt: '2026-03-01T02:00:00.000Z',
            bytesPerDay: 4_096,
          },
        ],
        findings: [],
      },
    ],
  });

export const LocksResponse = z
  .strictObject({
    pairs: z.array(
      z.strictObject({
        pid: z.int(),
        statement: z.string(),
        waitedMs: z.number(),
        blockerPid: z.int(),
        blockerState: z.string(),
        blockerStatement: z.string(),
        blockerApplication: z.string(),
      }),
    ),
    deadlocks: z
      .int()
      .nullable()
      .meta({ description: 'Number of deadlocks since the statistics of the server began; null on SQLite' }),
    counts: z.array(z.strictObject({ kind: z.enum(failureKinds), count: z.int() })),
    failures: z.array(
      z.strictObject({
        at: z.iso.datetime(),
        kind: z.enum(failureKinds),
        statement: z.string(),
        durationMs: z.number(),
        route: z.string().nullable(),
        traceId: z.string().nullable(),
      }),
    ),
    findings,
  })
  .meta({
    id: 'DatabaseLocks',
    examples: [{ pairs: [], deadlocks: 0, counts: [{ kind: 'deadlock', count: 1 }], failures: [], findings: [] }],
  });

export const HistoryResponse = z
  .strictObject({
    stepMinutes: z.int(),
    points: z.array(
      z.strictObject({ source: z.string(), at: z.iso.datetime(), figures: z.record(z.string(), z.number()) }),
    ),
  })
  .meta({
    id: 'DatabaseHistory',
    examples: [
      {
        stepMinutes: 1,
        points: [
          { source: 'database', at: '2026-03-01T08:00:00.000Z', figures: { bytes: 12_582_912, connections: 12 } },
        ],
      },
    ],
  });

export const HistoryQuery = z.strictObject({
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(336)
    .default(24)
    .meta({ description: 'Number of hours, up to 336 (14 days)' }),
});
export type HistoryQuery = z.output<typeof HistoryQuery>;

type Output<T extends z.ZodType> = z.output<T>;
export type DatabaseHealthResponse = Output<typeof DatabaseHealthResponse>;
export type ConnectionsResponse = Output<typeof ConnectionsResponse>;
export type IndexesResponse = Output<typeof IndexesResponse>;
export type StorageResponse = Output<typeof StorageResponse>;
export type LocksResponse = Output<typeof LocksResponse>;
export type HistoryResponse = Output<typeof HistoryResponse>;
