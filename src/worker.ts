import 'reflect-metadata';
import { openContext } from './context';
import { Config } from './platform/config/config';

/** The outbox and the schedule alone, beside API processes that run with WORKER=off. */
async function main(): Promise<void> {
  const context = await openContext(Config.ofProcess({ WORKER: 'on' }));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void context.close().then(() => process.exit(0)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
