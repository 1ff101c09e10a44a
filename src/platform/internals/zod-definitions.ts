import type { z } from 'zod';

/*
 * The parts of a zod schema that its conversion to JSON Schema leaves out. `_zod` is what zod offers to libraries; it is not part
 * of the interface for applications.
 */

interface Check {
  check: string;
  params?: { rule?: string };
  error?: (issue: never) => string;
}

interface Union {
  discriminator?: string;
  options: z.core.$ZodType[];
}

/** The rules that `refine` added with a name (`rule()` in `http/rules.ts`). */
export const namedRulesOf = (schema: z.core.$ZodType): { rule: string; message: string }[] =>
  checksOf(schema).flatMap(({ params, error }) =>
    params?.rule ? [{ rule: params.rule, message: error?.({} as never) ?? '' }] : [],
  );

/** True if the text is trimmed or changed in another way before its length is checked. */
export const isTrimmed = (schema: z.core.$ZodType): boolean =>
  checksOf(schema).some(({ check }) => check === 'overwrite');

function checksOf(schema: z.core.$ZodType): Check[] {
  const { checks = [] } = schema._zod.def as { checks?: z.core.$ZodCheck[] };
  return checks.map((check) => check._zod.def as Check);
}

/** The member that tells the schemas of a union apart, and the values that it has in each of them. */
export function discriminatorOf(schema: z.core.$ZodType): { name: string; values: string[][] } | undefined {
  const { discriminator: name, options } = schema._zod.def as unknown as Union;
  if (!name) return undefined;
  return { name, values: options.map((option) => [...(option._zod.propValues?.[name] ?? [])].map(String)) };
}
