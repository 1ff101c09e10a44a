import { PassThrough } from 'node:stream';
import { setImmediate as nextLoopIteration } from 'node:timers/promises';
import { RefusedBodies } from './refused-bodies';

const bodies = (count: number): PassThrough[] => Array.from({ length: count }, () => new PassThrough());
const countBeingRead = (streams: PassThrough[]): number => streams.filter((body) => body.readableFlowing).length;

it('RefusedBodies discards ten bodies four at a time, each until its end', async () => {
  const refused = new RefusedBodies(1_000);
  const requests = bodies(10);
  for (const body of requests) refused.discard(body);
  expect(countBeingRead(requests)).toBe(4);
  requests[0]!.end('the rest');
  requests[1]!.destroy();
  while (countBeingRead(requests.slice(2)) < 4) await nextLoopIteration();
  expect(countBeingRead(requests.slice(2))).toBe(4);
  for (const body of requests.slice(2)) body.end();
  while (requests.some((body) => !body.readableEnded && !body.destroyed)) await nextLoopIteration();
});

it('RefusedBodies skips a body whose client disconnected while it waited', async () => {
  const refused = new RefusedBodies(1_000);
  const firstFour = bodies(4);
  const [disconnected, last] = [new PassThrough(), new PassThrough()];
  for (const body of [...firstFour, disconnected, last]) refused.discard(body);
  disconnected.destroy();
  for (const body of firstFour) body.end();
  while (!last.readableFlowing) await nextLoopIteration();
  expect(last.readableFlowing).toBe(true);
});

it('RefusedBodies cuts off a body that is longer than maxBytes', async () => {
  const refused = new RefusedBodies(1_000);
  const body = new PassThrough();
  refused.discard(body);
  body.write(Buffer.alloc(1_001));
  while (!body.destroyed) await nextLoopIteration();
  expect(body.destroyed).toBe(true);
});

it('RefusedBodies calls back once, after five seconds, for a body that waits behind others', () => {
  jest.useFakeTimers();
  try {
    const refused = new RefusedBodies(1_000);
    const [last, ...first] = bodies(5);
    for (const body of first) refused.discard(body);
    const onEnd = jest.fn();
    refused.discard(last!, onEnd);
    jest.advanceTimersByTime(4_999);
    expect(onEnd).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(onEnd).toHaveBeenCalledTimes(1);
    last!.destroy();
    jest.advanceTimersByTime(10_000);
    expect(onEnd).toHaveBeenCalledTimes(1);
  } finally {
    jest.useRealTimers();
  }
});
