import { existsSync } from 'node:fs';
import { InvalidConfiguration } from './invalid-configuration';

/**
 * In development, adds the settings of the file `.env` in the working directory to the environment. A variable that is already set
 * wins. `ENV_FILE` names another file, or none if it is empty. Production and tests take their settings from the environment only,
 * so that a file of a developer cannot lead them to another database.
 * @throws InvalidConfiguration
 */
export function readEnvFile(): void {
  const { NODE_ENV = 'development', ENV_FILE = '.env' } = process.env;
  if (NODE_ENV !== 'development' || !ENV_FILE || !existsSync(ENV_FILE)) return;
  try {
    process.loadEnvFile(ENV_FILE);
  } catch (error) {
    throw new InvalidConfiguration([`${ENV_FILE} cannot be read: ${(error as Error).message}`]);
  }
}
