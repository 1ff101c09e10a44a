import { z } from 'zod';
import { namedEnum } from '../../../platform/http/named-enum';

const figures = {
  calls: z.int(),
  totalMs: z.number(),
  p50Ms: z.number().meta({ description: 'Median; accurate to 5 %' }),
  p95Ms: z.number(),
  p99Ms: z.number(),
  longestMs: z.number(),
  rows: z.int().meta({ description: 'Number of rows read or changed' }),
};
const figuresExample = { calls: 120, totalMs: 84.2, p50Ms: 0.6, p95Ms: 1.2, p99Ms: 3.4, longestMs: 5.1, rows: 2_400 };

export const StatementResponse = z.strictObject({
  id: z.string(),
  statement: z.string().meta({ description: 'The statement without values' }),
  own: z.boolean().meta({ description: 'Whether only the monitoring sends this statement' }),
  ...figures,
  routes: z
    .array(z.strictObject({ route: z.string(), ...figures }))
    .meta({ description: 'Figures by the route that sent the statement' }),
  server: z
    .strictObject({ calls: z.number(), meanMs: z.number(), rows: z.number() })
    .nullable()
    .meta({ description: 'Figures of all processes from pg_stat_statements; null if they are missing' }),
});
export type StatementResponse = z.output<typeof StatementResponse>;

const statementExample = {
  id: '5f2c3d1e9a0b',
  statement: 'SELECT id, title FROM courses_course WHERE id = $1',
  own: false,
  ...figuresExample,
  routes: [{ route: 'GET /api/v1/courses/:id', ...figuresExample }],
  server: null,
};

export const QueriesResponse = z
  .strictObject({
    since: z.iso.datetime().meta({ description: 'When this process started to count' }),
    serverRecord: z.boolean().meta({ description: 'Whether the server has pg_stat_statements' }),
    statements: z.array(StatementResponse),
  })
  .meta({
    id: 'DatabaseQueries',
    examples: [{ since: '2026-03-01T08:00:00.000Z', serverRecord: false, statements: [statementExample] }],
  });
export type QueriesResponse = z.output<typeof QueriesResponse>;

const SlowQueryResponse = z.strictObject({
  at: z.iso.datetime(),
  statement: z.string(),
  route: z.string().nullable(),
  traceId: z.string().nullable(),
  durationMs: z.number(),
  rows: z.int(),
  plan: z
    .string()
    .nullable()
    .meta({ description: 'The current plan of the engine for arbitrary values; null if there is none' }),
});
export type SlowQueryResponse = z.output<typeof SlowQueryResponse>;

export const SlowQueriesResponse = z
  .strictObject({ thresholdMs: z.int(), queries: z.array(SlowQueryResponse).meta({ description: 'Newest first' }) })
  .meta({
    id: 'SlowQueries',
    examples: [
      {
        thresholdMs: 200,
        queries: [
          {
            at: '2026-03-01T08:00:00.000Z',
            statement: 'SELECT count(*) FROM courses_course',
            rows: 1,
            route: 'GET /api/v1/courses',
            traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
            durationMs: 412.5,
            plan: 'Seq Scan on courses_course',
          },
        ],
      },
    ],
  });

export const QueriesQuery = z.strictObject({
  sort: namedEnum('StatementSort', ['total', 'calls', 'p95', 'rows'])
    .default('total')
    .meta({ description: 'The figure by which the statements are sorted, the greatest first' }),
  limit: z.coerce.number().int().min(1).max(100).default(50).meta({ description: 'Number of statements' }),
  own: namedEnum('Visibility', ['hide', 'show'])
    .default('hide')
    .meta({ description: 'Whether statements that only the monitoring sends are listed' }),
});
export type QueriesQuery = z.output<typeof QueriesQuery>;

export const SlowQueriesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Number of statements' }),
});
export type SlowQueriesQuery = z.output<typeof SlowQueriesQuery>;
