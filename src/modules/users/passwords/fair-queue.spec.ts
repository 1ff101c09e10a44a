import { FairQueue } from './fair-queue';

/** Work that ends when it is told to, and what has begun so far. */
class Bench {
  readonly begun: string[] = [];
  private readonly ends: (() => void)[] = [];

  constructor(readonly queue: FairQueue) {}

  add(share: string): Promise<string> {
    return this.queue.run(share, async () => {
      this.begun.push(share);
      await new Promise<void>((end) => this.ends.push(end));
      return share;
    });
  }

  async endOne(): Promise<void> {
    this.ends.shift()?.();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }

  async endAll(): Promise<void> {
    while (this.ends.length > 0) await this.endOne();
  }
}

test('shares take turns, and each is served in its own order', async () => {
  const bench = new Bench(new FairQueue(1, 100));
  const all = ['crowd', 'crowd', 'crowd', 'crowd', 'one', 'two', 'two'].map((share) => bench.add(share));
  await bench.endAll();
  await Promise.all(all);
  expect(bench.begun).toEqual(['crowd', 'crowd', 'one', 'two', 'crowd', 'two', 'crowd']);
});

test('a crowd of 180 from one network leaves a place to somebody from another', async () => {
  const bench = new Bench(new FairQueue(2, 100));
  const crowd = Array.from({ length: 180 }, () => bench.add('crowd').catch((error: { code: string }) => error.code));
  const honest = bench.add('home');
  await bench.endOne();
  await bench.endOne();
  expect(bench.begun).toEqual(['crowd', 'crowd', 'crowd', 'home']);
  await bench.endAll();
  expect(await honest).toBe('home');
  const outcomes = await Promise.all(crowd);
  expect(outcomes.filter((outcome) => outcome === 'crowd')).toHaveLength(101);
  expect(outcomes.filter((outcome) => outcome === 'PASSWORDS_BUSY')).toHaveLength(79);
});

test('where everybody has one place, the next is asked to come again', async () => {
  const bench = new Bench(new FairQueue(1, 3));
  const inside = ['a', 'b', 'c', 'd'].map((share) => bench.add(share));
  await expect(bench.add('e')).rejects.toMatchObject({ code: 'PASSWORDS_BUSY' });
  await bench.endAll();
  expect(await Promise.all(inside)).toEqual(['a', 'b', 'c', 'd']);
});

test('work that fails hands its place on', async () => {
  const queue = new FairQueue(1, 3);
  const failing = queue.run('a', () => Promise.reject(new Error('no')));
  const next = queue.run('b', async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});
