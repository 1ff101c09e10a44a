import { Injectable, Logger, Module } from '@nestjs/common';
import { int, nullable, text } from '../../../src/platform/database/columns';
import { Database } from '../../../src/platform/database/database';
import { DomainEvent, type AfterCommitHandler } from '../../../src/platform/events/domain-event';
import { EventBus } from '../../../src/platform/events/event-bus';
import { AfterCommit } from '../../../src/platform/events/handlers';
import { Outbox } from '../../../src/platform/events/outbox';
import { School } from '../../support/school';

class CanvasPrimed extends DomainEvent<{ canvas: number }> {
  static override readonly type = 'test.canvas-primed.v1';
}
class CanvasSold extends DomainEvent<{ canvas: number }> {
  static override readonly type = 'test.canvas-sold.v1';
}

/** Handles many events at once. It writes a row for each, so that tests can see which events were committed, and how often. */
@Injectable()
@AfterCommit(CanvasPrimed)
class HangCanvas implements AfterCommitHandler<CanvasPrimed> {
  readonly calls: number[][] = [];
  readonly bad = new Set<number>();
  constructor(private readonly database: Database) {}

  handle(event: CanvasPrimed): Promise<void> {
    return this.handleAll([event]);
  }

  async handleAll(events: CanvasPrimed[]): Promise<void> {
    const canvases = events.map(({ payload }) => payload.canvas);
    for (const canvas of canvases)
      await this.database.run(
        `INSERT INTO platform_lease (name, holder, token, expires_at, slot) VALUES ($1, 'hung', 1, $2, $2)
         ON CONFLICT (name) DO UPDATE SET token = platform_lease.token + 1`,
        [`canvas:${canvas}`, new Date(0)],
      );
    if (canvases.some((canvas) => this.bad.has(canvas))) throw new Error('no nail');
    this.calls.push(canvases);
  }
}

@Injectable()
@AfterCommit(CanvasSold)
class TellSale implements AfterCommitHandler<CanvasSold> {
  readonly told: number[] = [];
  async handle({ payload }: CanvasSold): Promise<void> {
    this.told.push(payload.canvas);
  }
}

@Module({ providers: [HangCanvas, TellSale] })
class CanvasModule {}

let school: School;
let hang: HangCanvas;
let sale: TellSale;
let logged: { level: string; words: string; error: unknown }[];
beforeAll(async () => {
  school = await School.open({ extensions: [{ module: CanvasModule }] });
  [hang, sale] = [school.part(HangCanvas), school.part(TellSale)];
});
afterAll(() => school.close());
beforeEach(async () => {
  hang.calls.length = sale.told.length = 0;
  hang.bad.clear();
  logged = [];
  for (const level of ['warn', 'error'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation((...[words, error]: unknown[]) => {
      logged.push({ level, words: String(words), error });
    });
  school.clock.stopAt(new Date('2026-03-01T12:00:00Z'));
  await school.database.transaction(async () => {
    await school.database.run("DELETE FROM platform_outbox WHERE event_type LIKE 'test.%'");
    await school.database.run("DELETE FROM platform_lease WHERE name LIKE 'canvas:%'");
  });
});
afterEach(() => jest.restoreAllMocks());

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const publish = (...events: DomainEvent[]): Promise<void> =>
  school.database.transaction(() => school.part(EventBus).publish(...events));
const prime = (count: number): Promise<void> => publish(...upTo(count).map((canvas) => new CanvasPrimed({ canvas })));
const plant = (payload: string): Promise<unknown> =>
  school.database.transaction(() =>
    school.database.run(
      `INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at)
       VALUES ('TellSale', 'test.canvas-sold.v1', ${school.database.dialect.engine === 'postgres' ? 'CAST($1 AS text)::jsonb' : '$1'}, $2, $2)`,
      [payload, school.clock.now()],
    ),
  );
const rows = () =>
  school.database.rows(
    { id: int, attempts: int, error: text, dead: nullable(text) },
    `SELECT id, attempts, last_error AS error, CAST(dead_at AS text) AS dead FROM platform_outbox
     WHERE event_type LIKE 'test.%' ORDER BY id`,
  );
const hung = () =>
  school.database.rows({ name: text, token: int }, "SELECT name, token FROM platform_lease WHERE name LIKE 'canvas:%'");
const later = (seconds: number): void => school.clock.stopAt(new Date(school.clock.now().getTime() + seconds * 1_000));

/** A payload that cannot be decoded: a text instead of an object, and on SQLite no valid JSON. */
const poison = (): string => (school.database.dialect.engine === 'postgres' ? '"a text"' : '{"canvas": ');

it('retries a row that cannot be decoded until it is dead, and delivers the rows after it', async () => {
  await plant(poison());
  await publish(new CanvasSold({ canvas: 5 }));
  await school.settle();
  expect(sale.told).toEqual([5]);
  expect(await rows()).toMatchObject([{ attempts: 1, dead: null, error: expect.stringMatching(/JSON/) }]);
  for (let attempt = 0; attempt < 12; attempt++) {
    later(3_600);
    await school.settle();
  }
  expect(await rows()).toMatchObject([{ attempts: 12, dead: expect.any(String) }]);
});

it('logs a warning at the first failed delivery and an error at the last, with event, handler and error', async () => {
  await plant(poison());
  for (let attempt = 0; attempt < 14; attempt++) {
    await school.settle();
    later(3_600);
  }
  const [{ id } = { id: 0 }] = await rows();
  const words = `Delivery of event ${id} (test.canvas-sold.v1) to TellSale failed`;
  expect(logged).toEqual([
    { level: 'warn', words: `${words}; it is retried`, error: expect.any(Error) },
    { level: 'error', words: `${words} in 12 attempts; it waits for an operator`, error: expect.any(Error) },
  ]);
});

it('delivers many rows in few transactions to a handler with handleAll, each exactly once', async () => {
  await prime(400);
  const { statements } = await school.statements(() => school.settle());
  const count = (word: RegExp): number => statements.filter((sql) => word.test(sql)).length;
  // The batches have 1, 2, 4, 8, 16, 32 and then 50 rows. The last poll finds no row.
  expect(count(/^(START TRANSACTION|BEGIN)/)).toBeLessThanOrEqual(15);
  expect(count(/DELETE FROM platform_outbox/)).toBeLessThanOrEqual(14);
  expect(hang.calls.flat()).toEqual(upTo(400));
  expect(Math.max(...hang.calls.map(({ length }) => length))).toBe(50);
  expect((await hung()).every(({ token }) => token === 1)).toBe(true);
  expect(await rows()).toEqual([]);
});

it('delivers a single row with a BEGIN, a SELECT, its handler, a DELETE and a COMMIT', async () => {
  await publish(new CanvasSold({ canvas: 1 }));
  const { statements } = await school.statements(() => school.part(Outbox).deliverNext());
  expect(statements).toHaveLength(4);
});

it('rolls back a batch in which one row fails, then delivers the other rows; only the failed one counts an attempt', async () => {
  await prime(60);
  await school.settle();
  hang.calls.length = 0;
  hang.bad.add(37);
  await prime(60);
  await school.settle();
  expect(hang.calls.flat().sort((left, right) => left - right)).toEqual(upTo(60).filter((canvas) => canvas !== 37));
  const twice = await hung();
  expect(twice.map(({ name, token }) => [name, token]).sort()).toEqual(
    upTo(60)
      .map((canvas) => [`canvas:${canvas}`, canvas === 37 ? 1 : 2])
      .sort(),
  );
  expect(await rows()).toMatchObject([{ attempts: 1, error: 'Error: no nail' }]);
  expect(logged).toHaveLength(1);
});

it('delivers events of other transactions before the rest of a large one, and the rest before much later events', async () => {
  await prime(100);
  await publish(new CanvasSold({ canvas: 1 }));
  later(600);
  await publish(new CanvasSold({ canvas: 2 }));
  const order: string[] = [];
  jest.spyOn(hang, 'handleAll').mockImplementation(async (events) => void order.push(...events.map(() => 'bulk')));
  jest.spyOn(sale, 'handle').mockImplementation(async ({ payload }) => void order.push(`sale ${payload.canvas}`));
  await school.settle();
  expect(order.indexOf('sale 1')).toBe(20);
  expect(order.indexOf('sale 2')).toBe(101);
});

it('writes all events of a transaction with one statement', async () => {
  const { statements } = await school.statements(() => prime(50));
  expect(statements.filter((sql) => !/^(START TRANSACTION|BEGIN|COMMIT)/.test(sql))).toHaveLength(1);
});

it('yields to the event loop after each delivery', async () => {
  await publish(...upTo(200).map((canvas) => new CanvasSold({ canvas })));
  let turns = 0;
  let runs = true;
  const turn = (): void => void (runs && (turns++, setImmediate(turn)));
  setImmediate(turn);
  await school.settle();
  runs = false;
  expect(sale.told).toHaveLength(200);
  expect(turns).toBeGreaterThanOrEqual(200);
});

it('delivers a new event at once although the publisher’s clock is an hour ahead', async () => {
  await school.clock.at(new Date('2026-03-01T13:00:00Z'), () => publish(new CanvasSold({ canvas: 8 })));
  await school.settle();
  expect(sale.told).toEqual([8]);
});
