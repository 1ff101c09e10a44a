import { generateClient } from '../generate-client';
import { prepareSqlite } from '../template-database';

/** Jest calls the default export once per run, if the run has a test of this project. */
export default async (): Promise<void> => {
  generateClient();
  await prepareSqlite();
};
