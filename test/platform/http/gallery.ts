import { Body, Controller, Delete, Get, Module, Patch, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import type { InjectOptions, Response } from 'light-my-request';
import { z } from 'zod';
import { migrations } from '../../../migrations';
import { Public } from '../../../src/platform/auth/public';
import { CacheServer } from '../../../src/platform/cache/cache-server';
import { SharedCounts } from '../../../src/platform/cache/shared-counts';
import { FindingSources } from '../../../src/platform/findings/finding-sources';
import { Metrics } from '../../../src/platform/metrics/metrics';
import { Config } from '../../../src/platform/config/config';
import { ConfigModule } from '../../../src/platform/config/config.module';
import { text } from '../../../src/platform/database/columns';
import type { Caller } from '../../../src/platform/database/scope/call-scope';
import { Database } from '../../../src/platform/database/database';
import { DatabaseModule } from '../../../src/platform/database/database.module';
import { Unauthenticated } from '../../../src/platform/errors/access.errors';
import { DomainError } from '../../../src/platform/errors/domain-error';
import { createAdapter } from '../../../src/platform/http/server/adapter';
import { keyset } from '../../../src/platform/http/cursor';
import { IfMatch, requireVersion } from '../../../src/platform/http/etag';
import { HttpModule } from '../../../src/platform/http/http.module';
import { buildDocument } from '../../../src/platform/http/openapi/openapi';
import { pageOf, pageQuery, toPage, type Page } from '../../../src/platform/http/pagination';
import { Id } from '../../../src/platform/http/parameters';
import { RateLimitCredentials, RateLimitRegistrations } from '../../../src/platform/http/limits/rate-limit';
import { Route } from '../../../src/platform/http/route';
import { configureHttp } from '../../../src/platform/http/server/server';
import { TimeModule } from '../../../src/platform/time/time.module';
import { poolerSettings } from '../../support/postgres-databases';
import { freshDatabaseUrl } from '../../support/database-url';
import { validateResponse, type Contract } from '../../support/contract';

/** A gallery with a few paintings. Its routes use every convention of platform/http and belong to no module. */
const Painting = z
  .strictObject({ id: z.int(), title: z.string(), version: z.int() })
  .meta({ id: 'Painting', examples: [{ id: 7, title: 'Water Lilies', version: 1 }] });
type Painting = z.output<typeof Painting>;

const NewPainting = z
  .strictObject({ title: z.string().trim().min(1).max(200), year: z.int().nullable().default(null) })
  .meta({ id: 'NewPainting', examples: [{ title: 'Water Lilies' }] });
type NewPainting = z.output<typeof NewPainting>;

const PaintingQuery = pageQuery({ title: z.string().optional() });
const byId = keyset('paintings:by-id', [z.int()]);

export class PaintingNotFound extends DomainError {
  static override code = 'PAINTING_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such painting';
}

export class TitleTaken extends DomainError {
  static override code = 'TITLE_TAKEN';
  static override kind = 'conflict' as const;
  static override title = 'Another painting has this title';
  static override members = { takenBy: z.array(z.int()) };
  static override example = { takenBy: [7] };
}

@Controller('paintings')
export class PaintingsController {
  /** How often the handler of `createPainting` ran, including calls that were rolled back. */
  calls = 0;
  /** A painting whose title starts with `slow` is committed only after this promise. */
  dry: Promise<unknown> = Promise.resolve();
  private readonly paintings = new Map<number, Painting>();

  constructor(private readonly database: Database) {
    for (let id = 1; id <= 5; id++) this.paintings.set(id, { id, title: `Study ${id}`, version: 1 });
  }

  @Get()
  @Route({ summary: 'List the paintings', response: pageOf(Painting, 'PaintingPage') })
  listPaintings(@Query({ schema: PaintingQuery }) query: z.output<typeof PaintingQuery>): Page<Painting> {
    const [lastSeenId] = byId.read(query.cursor) ?? [0];
    const rows = [...this.paintings.values()].filter(({ id }) => id > lastSeenId).slice(0, query.limit + 1);
    return toPage(rows, query.limit, ({ id }) => byId.after(id));
  }

  @Get(':id')
  @Route({ summary: 'Show a painting', response: Painting, errors: [PaintingNotFound], versioned: true })
  getPainting(@Id() id: number): Painting {
    const painting = this.paintings.get(id);
    if (!painting) throw new PaintingNotFound(`No painting has the id ${id}.`);
    return painting;
  }

  /** Writes a row, so that tests can see whether the request was committed. */
  @Post()
  @Route({ summary: 'Hang a painting', response: Painting, status: 201, errors: [TitleTaken], idempotent: true })
  async createPainting(@Body({ schema: NewPainting }) { title }: NewPainting): Promise<Painting> {
    this.calls += 1;
    await this.database.transaction(async () => {
      const values = [title, new Date(0)];
      await this.database.run(
        "INSERT INTO platform_lease (name, holder, token, expires_at, slot) VALUES ($1, 'gallery', 1, $2, $2)",
        values,
      );
      if (title.startsWith('slow')) await this.dry;
    });
    if (title === 'taken') throw new TitleTaken('Choose another.', { members: { takenBy: [1] } });
    if (title === 'broken') throw new Error('secret text of a driver');
    return { id: this.calls, title, version: 1 };
  }

  @Patch(':id')
  @Route({ summary: 'Rename a painting', response: Painting, errors: [PaintingNotFound], versioned: true })
  renamePainting(
    @Id() id: number,
    @IfMatch() expected: number | null,
    @Body({ schema: NewPainting }) { title }: NewPainting,
  ): Painting {
    const painting = this.getPainting(id);
    requireVersion(expected, painting.version);
    const renamed = { ...painting, title, version: painting.version + 1 };
    this.paintings.set(id, renamed);
    return renamed;
  }

  @Delete(':id')
  @Route({ summary: 'Take a painting down', errors: [PaintingNotFound], idempotent: true })
  deletePainting(@Id() id: number): void {
    this.getPainting(id);
    this.paintings.delete(id);
  }
}

const Visitor = z
  .strictObject({ login: z.string().max(50), password: z.string().max(50) })
  .meta({ id: 'Visitor', examples: [{ login: 'giulia', password: 'right' }] });
type Visitor = z.output<typeof Visitor>;

export class TicketRefused extends DomainError {
  static override code = 'TICKET_REFUSED';
  static override kind = 'unauthenticated' as const;
  static override title = 'Not your ticket';
  static override isGuess = true;
}

@Public()
@Controller('tickets')
export class TicketsController {
  /** Callbacks with which a test lets the waiting registrations continue. */
  readonly waiting: (() => void)[] = [];

  @Post()
  @RateLimitCredentials()
  @Route({ summary: 'Show a ticket', errors: [TicketRefused] })
  async showTicket(@Body({ schema: Visitor }) { password }: Visitor): Promise<void> {
    await new Promise(setImmediate);
    if (password !== 'right') throw new TicketRefused();
  }

  @Post('season')
  @RateLimitRegistrations()
  @Route({ summary: 'Become a friend of the gallery', errors: [TicketRefused] })
  async befriendGallery(@Body({ schema: Visitor }) { login, password }: Visitor): Promise<void> {
    await new Promise(setImmediate);
    if (login === 'waits at the door') await new Promise<void>((enter) => this.waiting.push(enter));
    if (password !== 'right') throw new TicketRefused();
  }
}

/** The header `authorization: 7` authenticates user 7. */
async function authenticate(authorization: string | undefined): Promise<Caller> {
  if (!authorization) throw new Unauthenticated();
  return { id: Number(authorization), scopes: null };
}

export const tags = { Paintings: 'What hangs', Tickets: 'At the door', Health: 'For machines' };

export interface Gallery {
  app: NestFastifyApplication;
  database: Database;
  controller: PaintingsController;
  document: Contract;
  /** Sends a request, by default as user 1, and checks the response against the document. */
  ask(request: InjectOptions): Promise<Response>;
  /** The titles whose rows were committed. */
  hung(): Promise<string[]>;
}

export async function openGallery(settings: Record<string, string> = {}): Promise<Gallery> {
  const url = await freshDatabaseUrl();
  const config = new Config({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: url,
    ...poolerSettings(url),
    ...settings,
  });
  const imports = [ConfigModule.of(config), TimeModule, DatabaseModule.of(config, migrations), HttpModule];
  @Module({ imports, controllers: [PaintingsController, TicketsController] })
  class GalleryModule {}
  const options = { logger: ['error' as const], abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(GalleryModule, createAdapter(config), options);
  const server = new CacheServer(config, new Metrics(), new FindingSources());
  await configureHttp(app, config, { tags, authenticate, counts: new SharedCounts(server), showFiles: (json) => json });
  await app.init();
  const instance = app.getHttpAdapter().getInstance();
  await instance.ready();
  const document = buildDocument(app, tags) as unknown as Contract;
  const database = app.get(Database);
  return {
    app,
    database,
    document,
    controller: app.get(PaintingsController),
    async ask(request) {
      const response = await instance.inject({ ...request, headers: { authorization: '1', ...request.headers } });
      const { statusCode: status, headers, payload } = response;
      const body: unknown =
        /json/.test(String(headers['content-type'])) && payload ? JSON.parse(payload) : payload || undefined;
      validateResponse(document, {
        method: request.method ?? 'GET',
        url: request.url as string,
        status,
        headers,
        body,
      });
      return response;
    },
    async hung() {
      const rows = await database.rows(
        { name: text },
        "SELECT name FROM platform_lease WHERE holder = 'gallery' ORDER BY name",
      );
      return rows.map(({ name }) => name);
    },
  };
}

/** A request with a JSON body. */
export const sending = (
  method: 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload: object | string,
  headers: Record<string, string> = {},
): InjectOptions => ({ method, url, payload, headers: { 'content-type': 'application/json', ...headers } });
