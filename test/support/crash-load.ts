import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerAudit } from '../../src/modules/rewards/audit/ledger-audit';
import { int, nullable, text } from '../../src/platform/database/columns';
import { aPublishedCourse, anEnrolledStudent } from './courses';
import type { Client, School } from './school';

type Kind = 'transfer' | 'completion' | 'registration';

/** One request, which is repeated with the same key until it gets a response. */
interface RepeatableRequest {
  kind: Kind;
  key: string;
  method: 'POST' | 'PUT';
  path: string;
  body: object;
  sentCount: number;
}

interface Person {
  client: Client;
  /** The request that has no response yet. */
  pending: RepeatableRequest | undefined;
  lessonsLeft: number[];
}

export interface LoadResult {
  lost: string[];
  doubled: string[];
  violations: number;
}

const personCount = 12;
const lessonCount = 400;
const pauseMs = 50;

/**
 * Simulates people who send coins, complete lessons and sign up while servers and databases crash. Each person waits for a
 * response before the next request, and repeats a request without response with the same key. Confirmed requests are
 * recorded here and compared with the rows at the end.
 */
export class CrashLoad {
  readonly acknowledged = new Map<string, Kind>();
  private readonly sentKeys = new Set<string>();
  private signedInAt = Date.now();

  private constructor(
    /** Only reads from the database once the load has started. */
    private readonly school: School,
    private readonly people: Person[],
  ) {}

  static async start(school: School): Promise<CrashLoad> {
    const teacher = await school.teacher();
    const course = await aPublishedCourse(school, teacher.id, { lessons: lessonCount, lessonReward: 3, reward: 0 });
    const people: Person[] = [];
    while (people.length < personCount) {
      const client = await anEnrolledStudent(school, course);
      people.push({ client, pending: undefined, lessonsLeft: [...course.lessons] });
    }
    const admin = await school.admin();
    const gift = { userIds: people.map(({ client }) => client.id), amount: 5_000, reason: 'To be given away' };
    await admin.post('/rewards/bulk', gift, { 'idempotency-key': randomUUID() });
    await school.settle();
    return new CrashLoad(school, people);
  }

  /** Renews the tokens, which last ten minutes. Call it while nothing crashes, because it is not part of the load. */
  async signIn(): Promise<void> {
    if (Date.now() - this.signedInAt < 120_000) return;
    for (const person of this.people) person.client = await this.school.signedIn(person.client);
    this.signedInAt = Date.now();
  }

  /** All people send requests to `url` until the server does not respond any more, or `shouldStop` returns true. */
  async run(url: string, shouldStop: () => boolean = () => false): Promise<void> {
    await this.forEachPerson(async (person) => {
      while (!shouldStop()) {
        const hasResponse = await this.sendNext(url, person);
        if (!hasResponse) return;
      }
    });
  }

  /** Waits for a random number of further responses, and at most `limitMs` in case there is none. */
  async waitForRandomMoment(limitMs = 10_000): Promise<void> {
    const goal = this.acknowledged.size + Math.floor(Math.random() * 30);
    const deadlineMs = Date.now() + limitMs;
    while (this.acknowledged.size < goal && Date.now() < deadlineMs) await sleep(5);
    await sleep(Math.random() * 20);
  }

  /** All people repeat the requests that have no response, until they have one. */
  async finish(url: string): Promise<void> {
    await this.forEachPerson(async (person) => {
      while (person.pending) {
        const hasResponse = await this.sendNext(url, person);
        if (!hasResponse) throw new Error('The server does not respond any more');
      }
    });
  }

  /** Compares the confirmed requests with the rows. Each request, and each of its effects, must have been executed exactly once. */
  async verify(): Promise<LoadResult> {
    const rows = [
      ...(await this.countTransfers()),
      ...(await this.countCompletions()),
      ...(await this.countRegistrations()),
    ];
    const executed = new Map<string, number>();
    for (const { key, count } of rows) executed.set(key, (executed.get(key) ?? 0) + count);
    const isUnexpected = ([key, count]: [string, number]): boolean => count > 1 || !this.sentKeys.has(key);
    const doubled = [...executed].filter(isUnexpected).map(([key]) => key);
    const { counts } = await this.school.part(LedgerAudit).run();
    return {
      lost: [...this.acknowledged.keys()].filter((key) => !executed.has(key)),
      doubled: [...doubled, ...(await this.listDuplicateEffects())],
      violations: Object.values(counts).reduce((sum, count) => sum + count, 0),
    };
  }

  /**
   * Delivers the outbox and returns the number of transfers without a notification. The clock is moved forward because a
   * failed delivery is retried later, and a row may still be locked by a connection that was cut.
   */
  async countMissingNotifications(): Promise<number> {
    const waitingSql = 'SELECT count(*) AS count FROM platform_outbox WHERE dead_at IS NULL';
    const { clock, database } = this.school;
    clock.stopAt(new Date(clock.now().getTime() + 3_600_000));
    const countWaiting = async (): Promise<number> => (await database.row({ count: int }, waitingSql))!.count;
    for (let attempt = 1; attempt <= 100 && (await countWaiting()) > 0; attempt++) {
      await this.school.settle();
      await sleep(50);
    }
    clock.stopAt(null);
    const sql = `SELECT count(*) AS count FROM rewards_teocointransaction t WHERE t.transaction_type = 'transfer_received'
      AND NOT EXISTS (SELECT 1 FROM notifications_notification n
        WHERE n.user_id = t.user_id AND n.dedupe_key = 'teocoin_transfer:' || t.operation_id || ':1')`;
    return (await this.school.database.row({ count: int }, sql))!.count;
  }

  /** `1,234 acknowledged (900 transfers, …)` */
  get summary(): string {
    const kinds = [...this.acknowledged.values()];
    const countOf = (kind: Kind): number => kinds.filter((acknowledgedKind) => acknowledgedKind === kind).length;
    const counts = (['transfer', 'completion', 'registration'] as const).map((kind) => `${countOf(kind)} ${kind}s`);
    return `${this.acknowledged.size} acknowledged (${counts.join(', ')})`;
  }

  private async forEachPerson(work: (person: Person) => Promise<void>): Promise<void> {
    await Promise.all(this.people.map(work));
  }

  /** @returns false if the server did not respond */
  private async sendNext(url: string, person: Person): Promise<boolean> {
    const request = (person.pending ??= this.nextRequest(person));
    this.sentKeys.add(request.key);
    const response = await this.send(url, person, request).catch(() => null);
    request.sentCount++;
    if (!response) return false;
    const { status, content } = response;
    if (status === 401) {
      // On a busy machine the token can expire during the load.
      person.client = await this.school.signedIn(person.client);
      return true;
    }
    // A registration without response may have succeeded. Its repetition then finds the username taken.
    const isDone = status < 300 || (request.kind === 'registration' && status === 409 && request.sentCount > 1);
    if (!isDone && status !== 503) throw new Error(`${request.kind} ${request.key}: ${status} ${content}`);
    if (isDone) {
      this.acknowledged.set(request.key, request.kind);
      person.pending = undefined;
    } else await sleep(pauseMs);
    return true;
  }

  private async send(url: string, { client }: Person, { kind, key, method, path, body }: RepeatableRequest) {
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': key,
      ...(kind === 'registration' ? {} : { authorization: `Bearer ${client.token}` }),
    };
    const response = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: response.status, content: await response.text() };
  }

  private nextRequest(person: Person): RepeatableRequest {
    const chance = Math.random();
    if (chance < 0.08) return this.registration();
    const lesson = chance < 0.4 ? person.lessonsLeft.shift() : undefined;
    if (lesson === undefined) return this.transfer(person);
    const key = `${person.client.id} completes ${lesson}`;
    return {
      kind: 'completion',
      key: key.replaceAll(' ', '-'),
      method: 'PUT',
      path: `/lessons/${lesson}/completion`,
      body: {},
      sentCount: 0,
    };
  }

  private transfer({ client }: Person): RepeatableRequest {
    const others = this.people.filter((person) => person.client.id !== client.id);
    const recipientId = others[Math.floor(Math.random() * others.length)]!.client.id;
    const body = { recipientId, amount: 1, message: '' };
    return { kind: 'transfer', key: randomUUID(), method: 'POST', path: '/coins/transfers', body, sentCount: 0 };
  }

  private registration(): RepeatableRequest {
    const key = `crash-${randomUUID().slice(0, 18)}`;
    const body = { username: key, email: `${key}@school.test`, password: 'boats in the early fog', role: 'student' };
    return { kind: 'registration', key, method: 'POST', path: '/auth/register', body, sentCount: 0 };
  }

  private countTransfers() {
    return this.countByKey(`SELECT idempotency_key AS key, count(*) AS count FROM rewards_teocointransaction
      WHERE transaction_type = 'transfer_sent' GROUP BY 1`);
  }

  private countCompletions() {
    return this
      .countByKey(`SELECT CAST(student_id AS text) || '-completes-' || CAST(lesson_id AS text) AS key, count(*) AS count
      FROM courses_lessoncompletion GROUP BY 1`);
  }

  private countRegistrations() {
    return this.countByKey(
      `SELECT username AS key, count(*) AS count FROM users_user WHERE username LIKE 'crash-%' GROUP BY 1`,
    );
  }

  private async countByKey(sql: string): Promise<{ key: string; count: number }[]> {
    const rows = await this.school.database.rows({ key: nullable(text), count: int }, sql);
    return rows.map(({ key, count }) => ({ key: key ?? 'a transfer without a key', count }));
  }

  /** Lists effects that exist too often. A completion must be paid once, and a transfer must have two rows and one notification. */
  private async listDuplicateEffects(): Promise<string[]> {
    const duplicatesSql = [
      `SELECT 'reward ' || CAST(user_id AS text) || ' ' || CAST(related_object_id AS text) AS key, count(*) AS count FROM rewards_teocointransaction
       WHERE transaction_type = 'earned_lesson' GROUP BY user_id, related_object_id HAVING count(*) > 1`,
      `SELECT 'operation ' || operation_id AS key, count(*) AS count FROM rewards_teocointransaction
       WHERE transaction_type LIKE 'transfer%' GROUP BY operation_id HAVING count(*) <> 2`,
      `SELECT 'notification ' || dedupe_key AS key, count(*) AS count FROM notifications_notification
       WHERE dedupe_key LIKE 'teocoin_transfer:%' GROUP BY dedupe_key HAVING count(*) > 1`,
    ];
    const rows = await Promise.all(duplicatesSql.map((sql) => this.countByKey(sql)));
    return rows.flat().map(({ key, count }) => `${key} (${count})`);
  }
}
