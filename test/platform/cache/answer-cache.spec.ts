import { AnswerCache } from '../../../src/platform/cache/answer-cache';
import { FindingSources } from '../../../src/platform/findings/finding-sources';
import { Metrics } from '../../../src/platform/metrics/metrics';
import { aCourse, succeeds } from '../../courses/course-builders';
import { describeWithRedis, startRedis, untilCacheServerIs, type TestRedis } from '../../support/redis';
import { School, type Client } from '../../support/school';

/** How often an answer was found in each place. */
async function readsOf(school: School, answer: string): Promise<Record<string, number>> {
  const text = await school.part(Metrics).toText();
  const lines = text.matchAll(
    new RegExp(`teoart_cache_reads_total\\{answer="${answer}",result="(\\w+)"\\} (\\d+)`, 'g'),
  );
  return Object.fromEntries([...lines].map(([, result, count]) => [result, Number(count)]));
}

const run = (school: School, sql: string, values: (string | number)[] = []): Promise<number> =>
  school.database.transaction(() => school.database.run(sql, values));
const titleOf = async (school: School, id: number): Promise<string> =>
  (await succeeds(school.visitor.get(`/courses/${id}`))).title;

describe('a cached answer', () => {
  let school: School;
  let elena: Client;
  let id: number;
  beforeAll(async () => {
    school = await School.open();
    elena = await school.teacher();
    ({ id } = await aCourse(elena, { title: 'Before' }));
  });
  afterAll(() => school.close());

  test('shows nothing of a transaction that is not committed, and nothing of it is cached after a rollback', async () => {
    const rename = "UPDATE courses_course SET title = 'Never' WHERE id = $1";
    const rolledBack = school.database.transaction(async () => {
      await school.database.run(rename, [id]);
      const inside = await school
        .part(AnswerCache)
        .get({ name: 'test', versionsSql: "v.topic = 'course'", variant: 1 }, () =>
          Promise.resolve({ title: 'Never' }),
        );
      expect(inside).toEqual({ title: 'Never' });
      throw new Error('Rolled back');
    });
    await expect(rolledBack).rejects.toThrow('Rolled back');
    expect(await titleOf(school, id)).toBe('Before');
    const cached = await school
      .part(AnswerCache)
      .get({ name: 'test', versionsSql: "v.topic = 'course'", variant: 1 }, () => Promise.resolve({ title: 'Before' }));
    expect(cached).toEqual({ title: 'Before' });
  });

  test('is read while another process changes it, and the next reader sees the change', async () => {
    const other = await School.open({ url: school.url });
    await titleOf(other, id);
    const cache = other.part(AnswerCache);
    const answer = { name: 'test', versionsSql: "v.topic = 'course'", variant: 2 };
    // The change commits after the version was read and before the content is read.
    const first = await cache.get(answer, async () => {
      await run(school, "UPDATE courses_course SET title = 'After' WHERE id = $1", [id]);
      return { title: 'either' };
    });
    expect(first).toEqual({ title: 'either' });
    expect(await cache.get(answer, () => Promise.resolve({ title: 'After' }))).toEqual({ title: 'After' });
    expect(await titleOf(other, id)).toBe('After');
    await other.close();
  });

  test('cannot be changed by its caller', async () => {
    const answer = { name: 'test', versionsSql: "v.topic = 'course'", variant: 3 };
    for (let round = 0; round < 2; round++) {
      const found = await school.part(AnswerCache).get(answer, () => Promise.resolve({ list: [{ a: 1 }] }));
      expect(() => found.list.push({ a: 2 })).toThrow(TypeError);
      expect(() => Object.assign(found.list[0]!, { a: 2 })).toThrow(TypeError);
    }
  });

  test('is counted in the metrics by the place where it was found', async () => {
    await elena.patch(`/courses/${id}`, { title: 'Counted' });
    for (let index = 0; index < 2; index++) await titleOf(school, id);
    const before = await readsOf(school, 'course');
    for (let index = 0; index < 3; index++) await titleOf(school, id);
    const after = await readsOf(school, 'course');
    expect(after.memory! - before.memory!).toBe(3);
    expect(after.database).toBe(before.database);
  });
});

describeWithRedis('with a Redis server', () => {
  let redis: TestRedis;
  let school: School;
  let id: number;
  beforeEach(async () => {
    redis = await startRedis();
    school = await School.open({ environment: { CACHE_URL: redis.url } });
    ({ id } = await aCourse(await school.teacher(), { title: 'First' }));
    await succeeds(school.visitor.get(`/courses/${id}`));
  });
  afterEach(async () => {
    await school.close();
    await redis.end();
  });

  test('an answer that one process has read is found by another process, and by a process that starts later', async () => {
    const later = await School.open({ url: school.url, environment: { CACHE_URL: redis.url } });
    const { result, statements } = await later.statements(() => titleOf(later, id));
    expect([result, statements.length]).toEqual(['First', 1]);
    expect(await readsOf(later, 'course')).toEqual({ server: 1 });
    await titleOf(later, id);
    expect(await readsOf(later, 'course')).toEqual({ server: 1, memory: 1 });
    await later.close();
  });

  test.each<[string, (redis: TestRedis) => void]>([
    ['does not respond', ({ proxy }) => proxy.pause()],
    ['closes its connections', ({ proxy }) => proxy.cutAll()],
  ])('requests are answered while the server %s, and it is used again afterwards', async (_, fail) => {
    fail(redis);
    const findingsOf = async () => (await school.part(FindingSources).collect()).map(({ kind }) => kind);
    for (let round = 0; round < 5; round++) {
      await run(school, 'UPDATE courses_course SET title = $2 WHERE id = $1', [id, `Title ${round}`]);
      expect(await titleOf(school, id)).toBe(`Title ${round}`);
    }
    redis.proxy.resume();
    await untilCacheServerIs('up', school);
    expect(await findingsOf()).not.toContain('cache-unreachable');
    await run(school, 'UPDATE courses_course SET title = $2 WHERE id = $1', [id, 'Back']);
    expect(await titleOf(school, id)).toBe('Back');
    const other = await School.open({ url: school.url, environment: { CACHE_URL: redis.url } });
    expect(await titleOf(other, id)).toBe('Back');
    expect(await readsOf(other, 'course')).toEqual({ server: 1 });
    await other.close();
  });

  test('a server that refuses commands is not used, and stays connected', async () => {
    await redis.run('CONFIG', 'SET', 'maxmemory', '1');
    for (let round = 0; round < 3; round++) {
      await run(school, 'UPDATE courses_course SET title = $2 WHERE id = $1', [id, `Title ${round}`]);
      expect(await titleOf(school, id)).toBe(`Title ${round}`);
    }
    const lines = (await school.part(Metrics).toText()).split('\n');
    expect(lines.filter((line) => line.startsWith('teoart_cache_server_'))).toEqual([
      'teoart_cache_server_up 1',
      expect.stringMatching(/^teoart_cache_server_errors_total [1-9]/),
    ]);
  });

  test('a process starts without the server, reports it, and uses it when it is there', async () => {
    redis.proxy.pause();
    const started = await School.open({ url: school.url, environment: { CACHE_URL: redis.url } });
    expect(await titleOf(started, id)).toBe('First');
    expect(await readsOf(started, 'course')).toEqual({ database: 1 });
    const findings = await started.part(FindingSources).collect();
    expect(findings).toMatchObject([{ kind: 'cache-unreachable', subject: 'CACHE_URL' }]);
    redis.proxy.resume();
    await untilCacheServerIs('up', started);
    expect(await started.part(FindingSources).collect()).toEqual([]);
    await started.close();
  });
});
