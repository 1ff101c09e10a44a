import { FairQueue } from './fair-queue';

/** Adds tasks to a queue that finish only on demand, and records the order in which they start. */
class QueueUnderTest {
  readonly started: string[] = [];
  private readonly finishers: (() => void)[] = [];

  constructor(readonly queue: FairQueue) {}

  add(group: string): Promise<string> {
    return this.queue.run(group, async () => {
      this.started.push(group);
      await new Promise<void>((finish) => this.finishers.push(finish));
      return group;
    });
  }

  async finishFirst(): Promise<void> {
    this.finishers.shift()?.();
    // The next task starts after a few microtasks.
    for (let tick = 0; tick < 10; tick++) await Promise.resolve();
  }

  async finishAll(): Promise<void> {
    while (this.finishers.length > 0) await this.finishFirst();
  }
}

test('the queue serves groups in rotation and the tasks of a group in their order', async () => {
  const underTest = new QueueUnderTest(new FairQueue(1, 100));
  const results = ['crowd', 'crowd', 'crowd', 'crowd', 'home', 'cafe', 'cafe'].map((group) => underTest.add(group));
  await underTest.finishAll();
  await Promise.all(results);
  expect(underTest.started).toEqual(['crowd', 'crowd', 'home', 'cafe', 'crowd', 'cafe', 'crowd']);
});

test('a task of another group replaces one of 180 tasks of one group in a full queue', async () => {
  const underTest = new QueueUnderTest(new FairQueue(2, 100));
  const crowd = Array.from({ length: 180 }, () =>
    underTest.add('crowd').catch((error: { code: string }) => error.code),
  );
  const homeTask = underTest.add('home');
  await underTest.finishFirst();
  await underTest.finishFirst();
  expect(underTest.started).toEqual(['crowd', 'crowd', 'crowd', 'home']);
  await underTest.finishAll();
  expect(await homeTask).toBe('home');
  const outcomes = await Promise.all(crowd);
  expect(outcomes.filter((outcome) => outcome === 'crowd')).toHaveLength(101);
  expect(outcomes.filter((outcome) => outcome === 'PASSWORDS_BUSY')).toHaveLength(79);
});

test('a full queue with one task per group refuses a new task with PASSWORDS_BUSY', async () => {
  const underTest = new QueueUnderTest(new FairQueue(1, 3));
  const accepted = ['a', 'b', 'c', 'd'].map((group) => underTest.add(group));
  await expect(underTest.add('e')).rejects.toMatchObject({ code: 'PASSWORDS_BUSY' });
  await underTest.finishAll();
  expect(await Promise.all(accepted)).toEqual(['a', 'b', 'c', 'd']);
});

test('the queue passes the slot of a failed task to the next task', async () => {
  const queue = new FairQueue(1, 3);
  const failing = queue.run('a', () => Promise.reject(new Error('no')));
  const next = queue.run('b', async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});

test('a suspended task gives its slot to the next task and waits for a slot of another group', async () => {
  const queue = new FairQueue(1, 3);
  const order: string[] = [];
  let resume!: () => void;
  const wait = (): Promise<void> => new Promise((resolve) => (resume = resolve));
  const suspended = queue.run('a', async ({ suspend }) => {
    await suspend('b', wait);
    order.push('suspended');
  });
  await queue.run('c', async () => {
    order.push('next');
    resume();
  });
  await suspended;
  expect(order).toEqual(['next', 'suspended']);
  expect(await queue.run('a', async () => 'the slot is free')).toBe('the slot is free');
});

test('a task that finds the queue full after its suspension fails, and frees no slot twice', async () => {
  const queue = new FairQueue(1, 1);
  const underTest = new QueueUnderTest(queue);
  let resume!: () => void;
  const suspended = queue.run('a', ({ suspend }) => suspend('a', () => new Promise((resolve) => (resume = resolve))));
  await underTest.finishFirst();
  const accepted = [underTest.add('a'), underTest.add('b')];
  resume();
  await expect(suspended).rejects.toMatchObject({ code: 'PASSWORDS_BUSY' });
  await underTest.finishAll();
  expect(await Promise.all(accepted)).toEqual(['a', 'b']);
});
