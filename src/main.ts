import 'reflect-metadata';
import { createApplication } from './application';
import { Config } from './platform/config/config';
import { Readiness } from './platform/http/readiness';

const drainMs = 1_000;

/** The API and, unless WORKER=off, the outbox and the schedule in the same process. */
async function main(): Promise<void> {
  const config = Config.ofProcess();
  const app = await createApplication(config);
  await app.listen(config.port, config.host);
  console.log(`TeoArt is listening on ${await app.getUrl()}; its documentation is at /docs`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      // Balancers see "not ready" first; then requests under way end, jobs stop, connections close.
      app.get(Readiness, { strict: false }).stop();
      setTimeout(() => void app.close().then(() => process.exit(0)), config.production ? drainMs : 0);
    });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
