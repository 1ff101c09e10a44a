import { Injectable, Module } from '@nestjs/common';
import { instant, int, nullable, text } from '../../../src/platform/database/columns';
import { Database } from '../../../src/platform/database/database';
import {
  DomainEvent,
  type AfterCommitHandler,
  type InTransactionHandler,
} from '../../../src/platform/events/domain-event';
import { EventBus } from '../../../src/platform/events/event-bus';
import { AfterCommit, InTransaction } from '../../../src/platform/events/handlers';
import { Outbox } from '../../../src/platform/events/outbox';
import { School } from '../../support/school';

class BrushWashed extends DomainEvent<{ brush: number }> {
  static override readonly type = 'test.brush-washed.v1';
}

@Injectable()
@InTransaction(BrushWashed)
class CountBrushes implements InTransactionHandler<BrushWashed> {
  readonly batches: number[][] = [];
  handle(events: BrushWashed[]): Promise<void> {
    this.batches.push(events.map((event) => event.payload.brush));
    return Promise.resolve();
  }
}

@Injectable()
@AfterCommit(BrushWashed)
class DryBrush implements AfterCommitHandler<BrushWashed> {
  readonly dried: number[] = [];
  fails = 0;

  constructor(private readonly database: Database) {}

  async handle(event: BrushWashed): Promise<void> {
    expect(event).toBeInstanceOf(BrushWashed);
    // The write of the handler and its delivery are one transaction.
    await this.database.run(
      "INSERT INTO platform_lease (name, holder, token, expires_at, slot) VALUES ($1, 'dry', 1, $2, $2)",
      [`brush:${event.payload.brush}:${this.fails}`, new Date(0)],
    );
    if (this.fails-- > 0) throw new Error('still wet');
    this.dried.push(event.payload.brush);
  }
}

@Module({ providers: [CountBrushes, DryBrush] })
class BrushModule {}

let school: School;
let dry: DryBrush;
beforeAll(async () => {
  school = await School.open({ extensions: [{ module: BrushModule }] });
  dry = school.part(DryBrush);
});
afterAll(() => school.close());
beforeEach(() => {
  dry.dried.length = 0;
  dry.fails = 0;
  school.clock.stopAt(new Date('2026-03-01T12:00:00Z'));
});

const publish = (...brushes: number[]): Promise<void> =>
  school.database.transaction(() =>
    school.part(EventBus).publish(...brushes.map((brush) => new BrushWashed({ brush }))),
  );
const waiting = () =>
  school.database.rows(
    { handler: text, attempts: int, error: text, dead: nullable(text) },
    `SELECT handler, attempts, last_error AS error, CAST(dead_at AS text) AS dead FROM platform_outbox
     WHERE event_type = 'test.brush-washed.v1' ORDER BY id`,
  );
const later = (seconds: number): void => school.clock.stopAt(new Date(school.clock.now().getTime() + seconds * 1_000));

it('gives the batch to in-transaction handlers, and each event to after-commit handlers after the commit', async () => {
  await publish(1, 2, 3);
  expect(school.part(CountBrushes).batches).toEqual([[1, 2, 3]]);
  expect(dry.dried).toEqual([]);
  expect(await school.settle()).toBe(3);
  expect(dry.dried).toEqual([1, 2, 3]);
  expect(await waiting()).toEqual([]);
});

it('delivers no event of a transaction that was rolled back', async () => {
  const work = school.database.transaction(async () => {
    await school.part(EventBus).publish(new BrushWashed({ brush: 9 }));
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(await waiting()).toEqual([]);
});

it('refuses to publish an event outside a transaction', async () => {
  await expect(school.part(EventBus).publish(new BrushWashed({ brush: 1 }))).rejects.toThrow('no open transaction');
});

it('retries a failed delivery with growing delays, after its work was rolled back', async () => {
  dry.fails = 2;
  await publish(4);
  await school.settle();
  expect(await waiting()).toMatchObject([{ handler: 'DryBrush', attempts: 1, error: 'Error: still wet' }]);
  expect(await school.settle()).toBe(0);
  later(2);
  await school.settle();
  later(2);
  expect(await school.settle()).toBe(0);
  later(2);
  await school.settle();
  expect([dry.dried, await waiting()]).toEqual([[4], []]);
  const kept = await school.database.rows(
    { name: text },
    "SELECT name FROM platform_lease WHERE name LIKE 'brush:4:%'",
  );
  expect(kept.map((row) => row.name)).toEqual(['brush:4:0']);
});

it('retries a delivery by the database’s clock and not by that of the process', async () => {
  school.clock.stopAt(null);
  dry.fails = 1;
  await publish(8);
  const anHourAhead = Date.now() + 3_600_000;
  const spy = jest.spyOn(school.clock, 'now').mockImplementation(() => new Date(anHourAhead));
  await school.settle();
  spy.mockRestore();
  const dueSql = "SELECT due_at AS at FROM platform_outbox WHERE event_type = 'test.brush-washed.v1'";
  const { at } = (await school.database.row({ at: instant }, dueSql))!;
  expect(at.getTime()).toBeLessThan(anHourAhead - 1_800_000);
  school.clock.stopAt(new Date(at.getTime() + 1));
  await school.settle();
  expect(dry.dried).toEqual([8]);
});

it('delivers other events while one of them fails', async () => {
  dry.fails = 1;
  await publish(5, 6);
  await school.settle();
  expect(dry.dried).toEqual([6]);
  later(10);
  await school.settle();
  expect(dry.dried).toEqual([6, 5]);
});

it('stops retrying after twelve attempts and keeps the row for an operator', async () => {
  dry.fails = 1_000;
  await publish(7);
  for (let attempt = 0; attempt < 14; attempt++) {
    await school.settle();
    later(3_600);
  }
  const [row] = await waiting();
  expect(row).toMatchObject({ attempts: 12 });
  expect(row!.dead).not.toBeNull();
  await school.database.transaction(() =>
    school.database.run("DELETE FROM platform_outbox WHERE event_type LIKE 'test.%'"),
  );
});

it('delivers each row once when many workers deliver at the same time', async () => {
  const brushes = Array.from({ length: 60 }, (_, index) => 100 + index);
  await publish(...brushes);
  await Promise.all(Array.from({ length: 6 }, () => school.part(Outbox).drain()));
  expect([...dry.dried].sort()).toEqual(brushes);
});

it('keeps an event whose handler does not exist, with an error that says so', async () => {
  await school.database.transaction(() =>
    school.database.run(
      `INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at)
       VALUES ('Removed', 'test.brush-washed.v1', $1, $2, $2)`,
      [{}, school.clock.now()],
    ),
  );
  await school.settle();
  expect(await waiting()).toMatchObject([
    { error: 'Error: There is no handler Removed for events of type test.brush-washed.v1' },
  ]);
});
