import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { requireOwnDatabase } from '../database/schema/foreign-database';
import { createLogger, NestLog } from '../http/server/log';
import type { Application } from './extension';

/** Creates the application without its routes, because the worker and the command line need no HTTP server. */
export async function openContext(
  { config, module }: Application,
  logger: LoggerService = new NestLog(createLogger(config.logLevel)),
): Promise<INestApplicationContext> {
  await requireOwnDatabase(config.directUrl);
  return NestFactory.createApplicationContext(module, { logger, abortOnError: false });
}
