import 'reflect-metadata';
import { openContext } from './context';
import { Config } from './platform/config/config';
import { keepFilesPrivate } from './private-files';
import { endWithin } from './stop-limit';

/** The outbox and the schedule alone, beside API processes that run with WORKER=off. */
async function main(): Promise<void> {
  keepFilesPrivate();
  const config = Config.ofProcess({ WORKER: 'on' });
  const context = await openContext(config);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      endWithin(config.settings.STOP_LIMIT_MS);
      void context.close().then(() => process.exit(0), failed);
    });
}

function failed(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(failed);
