import { z } from 'zod';
import { findingExample, findings } from './diagnosis/finding.dto';

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
        findings: [findingExample],
      },
    ],
  });
export type IndexesResponse = z.output<typeof IndexesResponse>;

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
export type StorageResponse = z.output<typeof StorageResponse>;
