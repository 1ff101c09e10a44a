import { z } from 'zod';
import { findingExample, findings } from './diagnosis/finding.dto';

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
        findings: [findingExample],
      },
    ],
  });
export type DatabaseHealthResponse = z.output<typeof DatabaseHealthResponse>;

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
export type HistoryResponse = z.output<typeof HistoryResponse>;
