import type { z } from 'zod';

/**
 * The settings of a module, with their defaults, limits and combined checks. The module reads them with `config.of(part)`. The part
 * is also in the application's list of modules, so that it is checked at the start.
 */
export interface SettingsPart<Schema extends z.ZodObject = z.ZodObject> {
  schema: Schema;
  /** Returns one line for each combination of valid values that cannot work together. */
  problems?(settings: z.output<Schema>, isProduction: boolean): string[];
}
