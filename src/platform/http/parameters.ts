import { Param } from '@nestjs/common';
import { z } from 'zod';
import { rule } from './rules';

/** An id in a path. Only one spelling is accepted, so that `/courses/07` and `/courses/7.0` are not other addresses of `/courses/7`. */
export const id = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'Must be a positive whole number')
  .transform(Number)
  .pipe(z.int().positive())
  .meta({
    documentedAs: { type: 'integer', format: 'int64', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [7] },
  });

/** The years that both engines store and RFC 3339 can write. */
const hasFourDigitYear = (text: string): boolean => {
  const year = new Date(text).getUTCFullYear();
  return year >= 1 && year <= 9_999;
};

/** A time in a request (RFC 3339), with any offset from UTC. Responses give the same instant in UTC. */
export const dateTime = z.iso
  .datetime({ offset: true, error: 'Must be a date and time with an offset, such as 2026-05-01T18:00:00+02:00' })
  .refine(hasFourDigitYear, rule('year', 'Must be in the years 1 to 9999'));

/** A boolean in a query. Only `true` and `false` are accepted. */
export const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .meta({ documentedAs: { type: 'boolean' } });

/** The id of a resource in the path: `one(@Id() id: number)`, or `@Id('lessonId')` in a path with two ids. */
export const Id = (name = 'id'): ParameterDecorator => Param(name, { schema: id });
