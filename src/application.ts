import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type Extension } from './app.module';
import { Authentication } from './platform/auth/authentication';
import type { Config } from './platform/config/config';
import { requireOwnDatabase } from './platform/database/schema/foreign-database';
import { createAdapter } from './platform/http/adapter';
import { createLogger, NestLog } from './platform/http/log';
import { configureHttp } from './platform/http/server';

/** The groups of routes in the documentation. */
export const tags: Record<string, string> = {
  Auth: 'Signing up, in and out.',
  Me: 'What belongs to the caller.',
  Users: 'People as others see them.',
  Teachers: 'Who may teach, decided by an administrator.',
  Courses: 'Courses and their publication.',
  Lessons: 'The lessons of a course, in order.',
  Exercises: 'Quizzes and assignments of a lesson.',
  Progress: 'Enrolments, completions, attempts, submissions and grades.',
  Coins: 'TeoCoins: balances, history, transfers, withdrawals and deposits.',
  Wallets: 'Addresses on the chain that people have shown to be theirs.',
  Chain: 'How the coin’s chain stands, and what administrators decide where it does not go on by itself.',
  Rewards: 'What earns coins, and achievements.',
  Notifications: 'What a person was told.',
  Operations: 'The database and the jobs, for administrators; `/operations` shows them.',
  Health: 'For balancers and monitors.',
};

/** The application, complete but not listening: the server, the tests and the OpenAPI file start from here. */
export async function createApplication(config: Config, extensions: Extension[] = []): Promise<NestFastifyApplication> {
  await requireOwnDatabase(config.directUrl);
  const logger = createLogger(config.logLevel);
  const options = { logger: new NestLog(logger), abortOnError: false };
  const module = AppModule.of(config, extensions);
  const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(config, logger), options);
  const authentication = app.get(Authentication, { strict: false });
  await configureHttp(app, config, {
    tags: Object.assign({}, tags, ...extensions.map((extension) => extension.tags)),
    authenticate: (authorization) => authentication.actorOf(authorization),
    // Whoever has signed in is counted for themselves: a classroom shares one address.
    actorKey: (request) => authentication.personOf(request.headers.authorization),
  });
  await app.init();
  return app;
}
