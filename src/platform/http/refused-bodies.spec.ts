import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { RefusedBodies } from './refused-bodies';

const bodies = (count: number): PassThrough[] => Array.from({ length: count }, () => new PassThrough());
const beingRead = (all: PassThrough[]): number => all.filter((body) => body.readableFlowing).length;

it('reads the bodies of a crowd a few at a time, each until its end', async () => {
  const refused = new RefusedBodies(1_000);
  const crowd = bodies(10);
  for (const body of crowd) refused.discard(body);
  expect(beingRead(crowd)).toBe(4);
  crowd[0]!.end('the rest');
  crowd[1]!.destroy();
  while (beingRead(crowd.slice(2)) < 4) await turn();
  expect(beingRead(crowd.slice(2))).toBe(4);
  for (const body of crowd.slice(2)) body.end();
  while (crowd.some((body) => !body.readableEnded && !body.destroyed)) await turn();
});

it('passes over who went away while waiting', async () => {
  const refused = new RefusedBodies(1_000);
  const [gone, last, ...first] = [...bodies(6)].reverse();
  for (const body of [...first, gone!, last!]) refused.discard(body);
  gone!.destroy();
  for (const body of first) body.end();
  while (!last!.readableFlowing) await turn();
  expect(last!.readableFlowing).toBe(true);
});

it('cuts off what is longer than any route takes', async () => {
  const refused = new RefusedBodies(1_000);
  const body = new PassThrough();
  refused.discard(body);
  body.write(Buffer.alloc(1_001));
  while (!body.destroyed) await turn();
  expect(body.destroyed).toBe(true);
});
