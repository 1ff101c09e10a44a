import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import type { Config } from './platform/config/config';
import { createLogger, NestLog } from './platform/http/log';

/** The application without its routes, for the worker and the command line: neither loads the server. */
export async function openContext(config: Config): Promise<INestApplicationContext> {
  const options = { logger: new NestLog(createLogger(config.logLevel)), abortOnError: false };
  return NestFactory.createApplicationContext(AppModule.of(config), options);
}
