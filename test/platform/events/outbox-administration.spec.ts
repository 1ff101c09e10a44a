import { Injectable, Module } from '@nestjs/common';
import { int, nullable, text } from '../../../src/platform/database/columns';
import { DomainEvent, type AfterCommitHandler } from '../../../src/platform/events/domain-event';
import { EventBus } from '../../../src/platform/events/event-bus';
import { AfterCommit } from '../../../src/platform/events/handlers';
import { OutboxAdministration } from '../../../src/platform/events/outbox-administration';
import { School, type Client } from '../../support/school';
import { cli } from '../../support/server';

class FrameGlued extends DomainEvent<{ frame: number }> {
  static override readonly type = 'test.frame-glued.v1';
}

@Injectable()
@AfterCommit(FrameGlued)
class DryGlue implements AfterCommitHandler<FrameGlued> {
  fails = true;
  readonly dried: number[] = [];
  async handle({ payload }: FrameGlued): Promise<void> {
    if (this.fails) throw new Error('no glue');
    this.dried.push(payload.frame);
  }
}

@Module({ providers: [DryGlue] })
class GlueModule {}

let school: School;
let admin: Client;
let glue: DryGlue;
beforeAll(async () => {
  school = await School.open({ extensions: [{ module: GlueModule }] });
  admin = await school.admin();
  glue = school.part(DryGlue);
});
afterAll(() => school.close());

/** Publishes an event and delivers it until it is dead. */
async function deadEvent(frame: number): Promise<number> {
  glue.fails = true;
  await school.database.transaction(() => school.part(EventBus).publish(new FrameGlued({ frame })));
  for (let attempt = 0; attempt < 12; attempt++) {
    await school.settle();
    school.clock.stopAt(new Date(school.clock.now().getTime() + 3_600_000));
  }
  school.clock.stopAt(null);
  return (await admin.get('/operations/outbox?status=dead')).body.data.at(-1).id;
}
const decisions = () =>
  school.database.rows(
    { outboxId: int, decision: text, reason: text, by: nullable(int), payload: text },
    `SELECT outbox_id AS "outboxId", decision, reason, decided_by AS by, payload FROM platform_outbox_decision ORDER BY id`,
  );
const metrics = async (): Promise<string> => (await school.visitor.get('//metrics')).body as string;

it('the outbox shows a dead event with its error, counts it in the metrics and reports it as a finding', async () => {
  const id = await deadEvent(1);
  const { data } = (await admin.get('/operations/outbox?status=dead')).body;
  expect(data).toMatchObject([
    {
      id,
      status: 'dead',
      handler: 'DryGlue',
      attempts: 12,
      lastError: 'Error: no glue',
      payload: expect.stringMatching(/"frame": ?1/),
    },
  ]);
  expect(await metrics()).toMatch(/^teoart_outbox_events\{state="dead"\} 1$/m);
  expect(await metrics()).toMatch(/^teoart_outbox_oldest_seconds /m);
  expect((await admin.get('/operations/database')).body.findings).toContainEqual(
    expect.objectContaining({
      kind: 'undelivered-events',
      severity: 'critical',
      mend: expect.stringContaining('outbox:list --status dead'),
    }),
  );
});

it('an administrator retries a dead event; it is delivered, and the decision is stored with its author and reason', async () => {
  const id = await deadEvent(2);
  glue.fails = false;
  const answer = await admin.post(`/operations/outbox/${id}/decisions`, {
    decision: 'retry',
    reason: 'There is glue.',
  });
  expect(answer.status).toBe(204);
  await school.settle();
  expect(glue.dried).toContain(2);
  expect((await decisions()).at(-1)).toMatchObject({
    outboxId: id,
    decision: 'retry',
    reason: 'There is glue.',
    by: admin.id,
  });
});

it('an administrator discards an event; it is never delivered, and its payload is stored with the reason', async () => {
  const id = await deadEvent(3);
  const body = { decision: 'discard', reason: 'The frame was sold.' };
  expect((await admin.post(`/operations/outbox/${id}/decisions`, body)).status).toBe(204);
  expect(await admin.post(`/operations/outbox/${id}/decisions`, body)).toMatchObject({
    status: 404,
    body: { code: 'EVENT_NOT_FOUND' },
  });
  glue.fails = false;
  await school.settle();
  expect(glue.dried).not.toContain(3);
  expect((await decisions()).at(-1)).toMatchObject({
    outboxId: id,
    decision: 'discard',
    payload: expect.stringMatching(/"frame": ?3/),
  });
});

it('the list of undelivered events has pages, and a decision without a reason is refused', async () => {
  for (const frame of [11, 12, 13]) await deadEvent(frame);
  const first = (await admin.get('/operations/outbox?limit=2&withTotal=true')).body;
  expect(first.page).toMatchObject({ hasMore: true, total: expect.any(Number) });
  const second = (await admin.get(`/operations/outbox?limit=2&cursor=${first.page.nextCursor}`)).body;
  expect(second.data[0].id).toBeGreaterThan(first.data[1].id);
  for (const body of [
    { decision: 'retry' },
    { decision: 'retry', reason: ' ' },
    { decision: 'forget', reason: 'so be it' },
  ])
    expect((await admin.post(`/operations/outbox/${first.data[0].id}/decisions`, body)).status).toBe(422);
});

it('refuses the outbox to everyone but administrators', async () => {
  const student = await school.student();
  expect((await student.get('/operations/outbox')).status).toBe(403);
  expect((await student.post('/operations/outbox/1/decisions', { decision: 'retry', reason: 'please' })).status).toBe(
    403,
  );
});

it('a decision about several events applies to all of them or to none', async () => {
  const outbox = school.part(OutboxAdministration);
  const [first, second] = [await deadEvent(31), await deadEvent(32)];
  const discard = { decision: 'discard' as const, reason: 'sold', by: null };
  await expect(outbox.decide([first, 999_999_999, second], discard)).rejects.toThrow(
    'The outbox has no event 999999999',
  );
  const before = (await decisions()).length;
  expect(await outbox.decide([first, second], discard)).toBe(2);
  const decided = (await decisions()).slice(before).map(({ outboxId }) => outboxId);
  expect(decided.toSorted((left, right) => left - right)).toEqual([first, second]);
});

it('the command line lists undelivered events, retries and discards them', async () => {
  const id = await deadEvent(21);
  expect(await cli(school.url, ['outbox:list', '--status', 'dead'])).toMatch(
    new RegExp(`^${id}  .*DryGlue.*no glue$`, 'm'),
  );
  expect(await cli(school.url, ['outbox:retry', String(id)])).toContain('1 events are scheduled again');
  glue.fails = false;
  await school.settle();
  expect(glue.dried).toContain(21);
  const late = await deadEvent(23);
  glue.fails = false;
  expect(await cli(school.url, ['outbox:retry', '--dead'])).toMatch(/[1-9]\d* events are scheduled again/);
  await school.settle();
  expect(glue.dried).toContain(23);
  expect(await cli(school.url, ['outbox:list'])).not.toMatch(new RegExp(`^${late} `, 'm'));
  const other = await deadEvent(22);
  expect(await cli(school.url, ['outbox:discard', String(other), '--reason', 'not ours'])).toContain(
    `${other} is discarded`,
  );
  expect((await decisions()).at(-1)).toMatchObject({ outboxId: other, reason: 'not ours', by: null });
  await expect(cli(school.url, ['outbox:discard', String(other), '--reason', 'again'])).rejects.toThrow(
    'EVENT_NOT_FOUND',
  );
}, 300_000);
