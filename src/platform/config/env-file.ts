import { existsSync } from 'node:fs';

/**
 * Adds the settings of the file `.env` in the working directory to the environment. A variable that is already set wins. Tests do
 * not read the file, so that the settings of a developer's machine cannot change their results.
 */
export function readEnvFile(): void {
  if (process.env.NODE_ENV !== 'test' && existsSync('.env')) process.loadEnvFile('.env');
}
