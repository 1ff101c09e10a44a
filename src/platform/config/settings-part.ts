import type { z } from 'zod';

/**
 * The settings that a module brings: names, defaults and limits, and what must hold between them. A module that reads its
 * settings asks `config.of(part)`; the application names the part in its list, so that the start checks it.
 */
export interface SettingsPart<Schema extends z.ZodObject = z.ZodObject> {
  schema: Schema;
  /** One line for the operator for each combination of valid values that cannot work. */
  problems?(settings: z.output<Schema>, isProduction: boolean): string[];
}
