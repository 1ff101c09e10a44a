import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerAudit } from '../../src/modules/rewards/audit/ledger-audit';
import { int, nullable, text } from '../../src/platform/database/columns';
import { aPublishedCourse, anEnrolledStudent } from './courses';
import type { Client, School } from './school';

type Kind = 'transfer' | 'completion' | 'registration';

/** Something somebody wants once, and asks for until it is answered. */
interface Wish {
  kind: Kind;
  key: string;
  method: 'POST' | 'PUT';
  path: string;
  body: object;
  asked: number;
}

interface Person {
  client: Client;
  /** Asked for, and not answered yet. */
  open: Wish | undefined;
  lessonsLeft: number[];
}

export interface Reckoning {
  lost: string[];
  doubled: string[];
  violations: number;
}

const people = 12;
const lessons = 400;
const pauseMs = 50;

/**
 * People who give coins, complete lessons and sign up while things break. Each waits for an answer before the next wish, and repeats
 * what was not answered, with the same key. What was acknowledged is remembered here, and compared with the rows.
 */
export class CrashLoad {
  readonly acknowledged = new Map<string, Kind>();
  private readonly known = new Set<string>();
  private signedInAt = Date.now();

  private constructor(
    /** Looks from outside: it writes nothing once the load has begun. */
    private readonly school: School,
    private readonly people: Person[],
  ) {}

  static async begin(school: School): Promise<CrashLoad> {
    const teacher = await school.teacher();
    const course = await aPublishedCourse(school, teacher.id, { lessons, lessonReward: 3, reward: 0 });
    const all: Person[] = [];
    for (let at = 0; at < people; at++) {
      const client = await anEnrolledStudent(school, course);
      all.push({ client, open: undefined, lessonsLeft: [...course.lessons] });
    }
    const admin = await school.admin();
    const gift = { userIds: all.map(({ client }) => client.id), amount: 5_000, reason: 'To be given away' };
    await admin.post('/rewards/bulk', gift, { 'idempotency-key': randomUUID() });
    await school.settle();
    return new CrashLoad(school, all);
  }

  /** A token lasts ten minutes, a long run longer. While nothing breaks: it is not part of the load. */
  async signIn(): Promise<void> {
    if (Date.now() - this.signedInAt < 120_000) return;
    for (const person of this.people) person.client = await this.school.signedIn(person.client);
    this.signedInAt = Date.now();
  }

  /** Everybody asks `url` until the server behind it is gone, or `enough` says so. */
  async run(url: string, enough: () => boolean = () => false): Promise<void> {
    await this.each(async (person) => {
      while (!enough()) if (!(await this.ask(url, person))) return;
    });
  }

  /** A moment in the middle of things: after some more answers, soon or late; bounded, for where nothing answers. */
  async anyMoment(limitMs = 10_000): Promise<void> {
    const goal = this.acknowledged.size + Math.floor(Math.random() * 30);
    for (const end = Date.now() + limitMs; this.acknowledged.size < goal && Date.now() < end;) await sleep(5);
    await sleep(Math.random() * 20);
  }

  /** Everybody repeats what was not answered, until it is. */
  async finish(url: string): Promise<void> {
    await this.each(async (person) => {
      while (person.open) if (!(await this.ask(url, person))) throw new Error('The server is gone again');
    });
  }

  /** Every acknowledged wish is there, and none twice; so are its consequences. */
  async reckon(): Promise<Reckoning> {
    const found = [...(await this.transfers()), ...(await this.completions()), ...(await this.registrations())];
    const there = new Map<string, number>();
    for (const { key, count } of found) there.set(key, (there.get(key) ?? 0) + count);
    const { counts } = await this.school.part(LedgerAudit).run();
    return {
      lost: [...this.acknowledged.keys()].filter((key) => !there.has(key)),
      doubled: [
        ...[...there].filter(([key, count]) => count > 1 || !this.known.has(key)).map(([key]) => key),
        ...(await this.consequencesTwice()),
      ],
      violations: Object.values(counts).reduce((sum, count) => sum + count, 0),
    };
  }

  /**
   * How many transfers nobody was told of, once nothing waits in the outbox. A delivery that failed is due again later, and
   * a row may still be locked for a moment by a connection that was cut.
   */
  async untold(): Promise<number> {
    const waiting = 'SELECT count(*) AS count FROM platform_outbox WHERE dead_at IS NULL';
    const { clock, database } = this.school;
    clock.stopAt(new Date(clock.now().getTime() + 3_600_000));
    for (let left = 100; (await database.row({ count: int }, waiting))!.count > 0 && left > 0; left--) {
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
    const of = (kind: Kind): number => [...this.acknowledged.values()].filter((each) => each === kind).length;
    const parts = (['transfer', 'completion', 'registration'] as const).map((kind) => `${of(kind)} ${kind}s`);
    return `${this.acknowledged.size} acknowledged (${parts.join(', ')})`;
  }

  private async each(work: (person: Person) => Promise<void>): Promise<void> {
    await Promise.all(this.people.map(work));
  }

  /** False once nobody is there to answer. */
  private async ask(url: string, person: Person): Promise<boolean> {
    const wish = (person.open ??= this.wish(person));
    this.known.add(wish.key);
    const answer = await this.send(url, person, wish).catch(() => null);
    wish.asked++;
    if (!answer) return false;
    const { status, content } = answer;
    if (status === 401) {
      // A machine that is busy makes an hour of ten minutes.
      person.client = await this.school.signedIn(person.client);
      return true;
    }
    // Who was told nothing and asks again finds the name taken: by themselves.
    const isDone = status < 300 || (wish.kind === 'registration' && status === 409 && wish.asked > 1);
    if (!isDone && status !== 503) throw new Error(`${wish.kind} ${wish.key}: ${status} ${content}`);
    if (isDone) {
      this.acknowledged.set(wish.key, wish.kind);
      person.open = undefined;
    } else await sleep(pauseMs);
    return true;
  }

  private async send(url: string, { client }: Person, { kind, key, method, path, body }: Wish) {
    const headers = {
      ...{ 'content-type': 'application/json', 'idempotency-key': key },
      ...(kind === 'registration' ? {} : { authorization: `Bearer ${client.token}` }),
    };
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, content: await answer.text() };
  }

  private wish(person: Person): Wish {
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
      asked: 0,
    };
  }

  private transfer({ client }: Person): Wish {
    const others = this.people.filter((person) => person.client.id !== client.id);
    const recipientId = others[Math.floor(Math.random() * others.length)]!.client.id;
    const body = { recipientId, amount: 1, message: '' };
    return { kind: 'transfer', key: randomUUID(), method: 'POST', path: '/coins/transfers', body, asked: 0 };
  }

  private registration(): Wish {
    const key = `crash-${randomUUID().slice(0, 18)}`;
    const body = { username: key, email: `${key}@school.test`, password: 'boats in the early fog', role: 'student' };
    return { kind: 'registration', key, method: 'POST', path: '/auth/register', body, asked: 0 };
  }

  private transfers() {
    return this.found(`SELECT idempotency_key AS key, count(*) AS count FROM rewards_teocointransaction
      WHERE transaction_type = 'transfer_sent' GROUP BY 1`);
  }

  private completions() {
    return this
      .found(`SELECT CAST(student_id AS text) || '-completes-' || CAST(lesson_id AS text) AS key, count(*) AS count
      FROM courses_lessoncompletion GROUP BY 1`);
  }

  private registrations() {
    return this.found(
      `SELECT username AS key, count(*) AS count FROM users_user WHERE username LIKE 'crash-%' GROUP BY 1`,
    );
  }

  private async found(sql: string): Promise<{ key: string; count: number }[]> {
    const rows = await this.school.database.rows({ key: nullable(text), count: int }, sql);
    return rows.map(({ key, count }) => ({ key: key ?? 'a transfer without a key', count }));
  }

  /** A completion pays once, a transfer has two sides and is told once. */
  private async consequencesTwice(): Promise<string[]> {
    const twice = [
      `SELECT 'reward ' || CAST(user_id AS text) || ' ' || CAST(related_object_id AS text) AS key, count(*) AS count FROM rewards_teocointransaction
       WHERE transaction_type = 'earned_lesson' GROUP BY user_id, related_object_id HAVING count(*) > 1`,
      `SELECT 'operation ' || operation_id AS key, count(*) AS count FROM rewards_teocointransaction
       WHERE transaction_type LIKE 'transfer%' GROUP BY operation_id HAVING count(*) <> 2`,
      `SELECT 'notification ' || dedupe_key AS key, count(*) AS count FROM notifications_notification
       WHERE dedupe_key LIKE 'teocoin_transfer:%' GROUP BY dedupe_key HAVING count(*) > 1`,
    ];
    const rows = await Promise.all(twice.map((sql) => this.found(sql)));
    return rows.flat().map(({ key, count }) => `${key} (${count})`);
  }
}
