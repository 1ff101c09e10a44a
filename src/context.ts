import 'reflect-metadata';
import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import type { Config } from './platform/config/config';
import { requireOwnDatabase } from './platform/database/schema/foreign-database';
import { createLogger, NestLog } from './platform/http/log';

/** The application without its routes, for the worker and the command line: neither loads the server. */
export async function openContext(
  config: Config,
  logger: LoggerService = new NestLog(createLogger(config.logLevel)),
): Promise<INestApplicationContext> {
  await requireOwnDatabase(config.directUrl);
  const options = { logger, abortOnError: false };
  return NestFactory.createApplicationContext(AppModule.of(config), options);
}
