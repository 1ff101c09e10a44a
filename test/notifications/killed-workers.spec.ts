import { setTimeout as sleep } from 'node:timers/promises';
import { NotificationsCreated } from '../../src/modules/notifications/notifications.events';
import { DeliveryWorker } from '../../src/modules/notifications/deliveries/delivery-worker';
import { int, text } from '../../src/platform/database/columns';
import { EventBus } from '../../src/platform/events/event-bus';
import { MailDelivery } from '../../src/platform/mail/mail-delivery';
import { HttpReceiver } from '../support/http-receiver';
import { School, type Client } from '../support/school';
import { Server, type Environment } from '../support/server';
import { SmtpReceiver } from '../support/smtp';
import { idsOf, makeNotification, notify } from './notification-fixtures';

/** All processes of a round are killed, one after another. */
const [rounds, processes] = process.env.TEST_LONG ? [25, 4] : [2, 2];
const peopleCount = 12;
const perPersonAndRound = 2;

let smtp: SmtpReceiver;
let receiver: HttpReceiver;
let school: School;
let people: Client[];
/** The settings of the workers. They wait long, because several start at once on a machine that is busy with other tests. */
let environment: Environment;
let version = 0;
beforeAll(async () => {
  [smtp, receiver] = await Promise.all([SmtpReceiver.start(), HttpReceiver.start()]);
  // Slow receivers, so that a kill often comes between a message and the record of its result.
  smtp.onMessage = () => pause();
  receiver.onRequest = async () => {
    await pause();
    return 204;
  };
  school = await School.open({ environment: { ...smtp.settings, DATABASE_POOL_WAIT_MS: '60000' } });
  environment = { ...smtp.settings, DATABASE_POOL_WAIT_MS: '60000' };
  people = await Promise.all(Array.from({ length: peopleCount }, () => school.student()));
  await run('UPDATE users_user SET email_verified_at = created_at');
  const admin = await school.admin();
  const endpoint = { url: `${receiver.url}/hook`, types: ['exercise_graded'] };
  expect((await admin.post('/webhook-endpoints', endpoint)).status).toBe(201);
}, 120_000);
afterAll(async () => {
  await school.close();
  await Promise.all([smtp.stop(), receiver.stop()]);
});

const pause = (): Promise<undefined> => sleep(Math.random() * 100, undefined);
const run = (sql: string, ...values: Date[]): Promise<number> =>
  school.database.transaction(() => school.database.run(sql, values));
const receivedCount = (): number => smtp.received.length + receiver.received.length;

/** Everybody gets notifications, and the events about them are published twice. */
async function tellEverybody(): Promise<void> {
  for (const { id } of people) {
    const notifications = Array.from({ length: perPersonAndRound }, () => makeNotification(id, ++version));
    await notify(school, ...notifications);
    await notify(school, ...notifications);
    const ids = (await idsOf(school, id)).slice(-perPersonAndRound);
    await school.database.transaction(() =>
      school.part(EventBus).publish(new NotificationsCreated({ ids, sentElsewhere: [] })),
    );
  }
}

/** Makes due what a killed process has claimed. Nobody else may have claimed anything, because it would be sent twice. */
async function endLeases(): Promise<void> {
  const past = new Date(0);
  await run(`UPDATE notifications_delivery SET next_attempt_at = $1 WHERE status = 'waiting'`, past);
  await run(`UPDATE platform_mail SET due_at = $1 WHERE status = 'waiting'`, past);
}

/** Makes due what waits for the two minutes of a burst. */
async function endBursts(): Promise<void> {
  await run(
    `UPDATE notifications_delivery SET next_attempt_at = $1 WHERE status = 'waiting' AND attempts = 0`,
    new Date(0),
  );
}

/** Kills the processes after a random number of messages, or a moment later if there are none. */
async function killAtRandom(workers: readonly Server[]): Promise<void> {
  for (const worker of workers) {
    const goal = receivedCount() + Math.floor(Math.random() * 12);
    const deadlineMs = Date.now() + 2_000;
    while (receivedCount() < goal && Date.now() < deadlineMs) await sleep(2);
    await sleep(Math.random() * 20);
    await worker.kill();
  }
}

async function killRound(): Promise<void> {
  await endLeases();
  const workers = await Promise.all(Array.from({ length: processes }, () => Server.start(school.url, environment)));
  await tellEverybody();
  await endBursts();
  await killAtRandom(workers);
}

async function finish(): Promise<void> {
  const unfinishedSql = `SELECT (SELECT count(*) FROM notifications_delivery WHERE status = 'waiting')
    + (SELECT count(*) FROM platform_mail WHERE status = 'waiting') + (SELECT count(*) FROM platform_outbox) AS count`;
  for (let attempt = 0; attempt < 100; attempt++) {
    await school.settle();
    await endLeases();
    await school.part(DeliveryWorker).drain();
    await school.part(MailDelivery).drain(4, 2);
    if ((await school.database.row({ count: int }, unfinishedSql))!.count === 0) return;
    // A connection that was cut may still hold a row for a moment.
    await sleep(50);
  }
  throw new Error('Something still waits');
}

/** The ids of the messages that contain each notification. Duplicates of one message count once. */
function messagesByText(messages: readonly { id: string; content: string }[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { id, content } of messages)
    for (const [mention] of content.matchAll(/Drawing \d+ was approved/g))
      found.set(mention, (found.get(mention) ?? new Set()).add(id));
  return found;
}

/** A mail names three notifications of a group, and counts the others. */
function countUnnamed(messages: readonly { id: string; content: string }[]): number {
  const contents = new Map(messages.map(({ id, content }) => [id, content]));
  const counts = [...contents.values()].flatMap((content) => [...content.matchAll(/… and (\d+) more/g)]);
  return counts.reduce((total, [, count]) => total + Number(count), 0);
}

test(
  `after ${rounds * processes} kills each notification has arrived by mail and webhook, and duplicates have one id`,
  async () => {
    for (let round = 0; round < rounds; round++) await killRound();
    await finish();

    const hooks = receiver.received.map(({ headers, body }) => ({ id: headers['webhook-id']!, content: String(body) }));
    const mails = smtp.received.map(({ headers, text: content }) => ({ id: headers['message-id']!, content }));
    for (const messages of [hooks, mails]) {
      const byText = messagesByText(messages);
      expect(byText.size + countUnnamed(messages)).toBe(version);
      expect([...byText].filter(([, ids]) => ids.size !== 1)).toEqual([]);
    }
    for (const messages of [hooks, mails]) {
      const contents = new Map<string, Set<string>>();
      for (const { id, content } of messages) contents.set(id, (contents.get(id) ?? new Set()).add(content));
      expect([...contents].filter(([, different]) => different.size !== 1)).toEqual([]);
    }
    const states = await school.database.rows(
      { channel: text, status: text, count: int },
      'SELECT channel, status, count(*) AS count FROM notifications_delivery GROUP BY channel, status ORDER BY channel',
    );
    expect(states).toEqual([
      { channel: 'email', status: 'sent', count: version },
      { channel: 'webhook', status: 'sent', count: version },
    ]);
    const repeated = (messages: readonly { id: string }[]): number =>
      messages.length - new Set(messages.map(({ id }) => id)).size;
    console.log(
      `${rounds * processes} kills, ${version} notifications: ${hooks.length} webhooks (${repeated(hooks)} repeated), ${mails.length} mails (${repeated(mails)} repeated), none lost`,
    );
  },
  120_000 + rounds * 60_000,
);
