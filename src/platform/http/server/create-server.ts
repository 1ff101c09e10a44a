import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DestinationStream } from 'pino';
import { Authentication } from '../../auth/authentication';
import { SharedCounts } from '../../cache/shared-counts';
import { FileAddresses } from '../../files/file-addresses';
import { requireOwnDatabase } from '../../database/schema/foreign-database';
import type { Application } from '../../process/extension';
import { createAdapter } from './adapter';
import { createLogger, NestLog } from './log';
import { requireDescribedTags } from '../openapi/documented-routes';
import { configureHttp } from './server';

/**
 * Creates the application with its routes, initialised but not listening. The server, the tests and the OpenAPI file use it.
 * @param logOutput the standard output by default
 */
export async function createServer(
  { config, module, tags }: Application,
  logOutput?: DestinationStream,
): Promise<NestFastifyApplication> {
  await requireOwnDatabase(config.directUrl);
  const logger = createLogger(config.logLevel, logOutput);
  const options = { logger: new NestLog(logger), abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(config, logger), options);
  requireDescribedTags(app, tags);
  const files = app.get(FileAddresses, { strict: false });
  const authentication = app.get(Authentication, { strict: false });
  await configureHttp(app, config, {
    tags,
    authenticate: (authorization, ticket) => authentication.actorOf(authorization, ticket),
    showFiles: (json) => files.inJson(json),
    counts: app.get(SharedCounts, { strict: false }),
    // Rate limits count a signed-in user by account and a machine by API key, because a whole class may share one address.
    actorKey: (request) => authentication.countedAs(request.headers.authorization),
  });
  await app.init();
  return app;
}
