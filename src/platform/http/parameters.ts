import { Param } from '@nestjs/common';
import { z } from 'zod';

/** An id in an address: exactly one spelling, so that `/courses/07` and `/courses/7.0` are not second names of `/courses/7`. */
export const id = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'Must be a positive whole number')
  .transform(Number)
  .pipe(z.int().positive())
  .meta({ documentedAs: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [7] } });

/** `true` or `false` in a query; anything else is refused rather than guessed. */
export const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .meta({ documentedAs: { type: 'boolean' } });

/** The id in the address of a noun: `one(@Id() id: number)`, or `@Id('lessonId')` where there are two. */
export const Id = (name = 'id'): ParameterDecorator => Param(name, { schema: id });
