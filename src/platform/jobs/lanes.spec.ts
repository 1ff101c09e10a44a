import { setImmediate as nextLoopIteration } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Lanes, type Lane } from './lanes';

/** A lane whose runs end when the test says so. */
function makeLane(
  name: string,
): Lane & { starts: number; shouldContinue: () => boolean; end: (error?: Error) => void } {
  const lane = {
    name,
    starts: 0,
    shouldContinue: (): boolean => true,
    end: (_error?: Error): void => undefined,
    run: (shouldContinue: () => boolean): Promise<void> => {
      lane.starts++;
      lane.shouldContinue = shouldContinue;
      return new Promise((resolve, reject) => {
        lane.end = (error) => (error ? reject(error) : resolve());
      });
    },
  };
  return lane;
}

const [slow, quick] = [makeLane('slow'), makeLane('quick')];
const lanes = new Lanes('Test', 'test', () => [slow, quick]);
const startsOf = (): number[] => [slow.starts, quick.starts];

test('a lane that still runs is not started again, and does not delay the other', async () => {
  lanes.wake();
  quick.end();
  await nextLoopIteration();
  lanes.wake();
  expect(startsOf()).toEqual([1, 2]);
});

test('a lane whose run failed is logged with its name and started again', async () => {
  const log = jest.spyOn(Logger.prototype, 'error').mockImplementation();
  quick.end(new Error('The server is away'));
  await nextLoopIteration();
  lanes.wake();
  expect(startsOf()).toEqual([1, 3]);
  expect(log).toHaveBeenCalledWith(expect.stringContaining('(quick)'), expect.any(Error));
  log.mockRestore();
});

test('a stop waits for the runs, tells them to end and starts no others', async () => {
  let hasStopped = false;
  const stop = lanes.stop().then(() => (hasStopped = true));
  expect([slow.shouldContinue(), quick.shouldContinue()]).toEqual([false, false]);
  quick.end();
  await nextLoopIteration();
  expect(hasStopped).toBe(false);
  slow.end();
  await stop;
  lanes.wake();
  expect(startsOf()).toEqual([1, 3]);
});
