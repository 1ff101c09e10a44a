import { z } from 'zod';

const enums = new Map<string, z.ZodEnum>();

/**
 * An enum that is a component of its own in the OpenAPI document, so that a generated client has one type for it:
 * `namedEnum('CourseLevel', levels)`. The same name gives the same schema.
 * @throws Error if the name was used with other values
 */
export function namedEnum<const T extends readonly string[]>(
  name: string,
  values: T,
): z.ZodEnum<{ [K in T[number]]: K }> {
  const known = enums.get(name) ?? z.enum([...values]).meta({ id: name });
  if (known.options.join() !== values.join()) throw new Error(`Two enums are named ${name}`);
  enums.set(name, known);
  return known as never;
}
