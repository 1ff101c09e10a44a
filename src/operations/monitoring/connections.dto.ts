import { z } from 'zod';
import { findings } from './diagnosis/finding.dto';
import { failureKinds } from './incidents';
import { namedEnum } from '../../platform/http/named-enum';

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
const poolExample = {
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
        pool: poolExample,
        findings: [],
      },
    ],
  });
export type ConnectionsResponse = z.output<typeof ConnectionsResponse>;

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
    counts: z.array(z.strictObject({ kind: namedEnum('LockFailureKind', failureKinds), count: z.int() })),
    failures: z.array(
      z.strictObject({
        at: z.iso.datetime(),
        kind: namedEnum('LockFailureKind', failureKinds),
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
export type LocksResponse = z.output<typeof LocksResponse>;
