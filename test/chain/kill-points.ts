import type { Trace, Traffic } from './traffic';

/** One way for a worker to die: what there is to do for it, where it ends, and what it must have left behind. */
export interface Kill {
  name: string;
  /** In failpoints.cjs; or who else pulls the plug. */
  place: string;
  /** It is passed so many times at most before it ends. */
  most: number;
  stage: (traffic: Traffic) => Promise<unknown>;
  left: (before: readonly Trace[], after: readonly Trace[]) => boolean;
  /** Unless said otherwise, another worker comes to its end before the next one is killed. */
  repaired?: boolean;
}

const count = (traces: readonly Trace[], ...states: string[]): number =>
  traces.filter(({ state }) => states.includes(state)).length;
const ordered = (traffic: Traffic): Promise<unknown> => traffic.order(3);
const settled = ['mined', 'confirmed'];

const nothingSigned = (_: readonly Trace[], after: readonly Trace[]): boolean =>
  after.some(({ state, attempts }) => state === 'signing' && attempts === 0);
const sentUnawares = (_: readonly Trace[], after: readonly Trace[]): boolean =>
  after.some(({ state, unsent, inPool }) => state === 'signed' && unsent && inPool);
const owed = (_: readonly Trace[], after: readonly Trace[]): boolean =>
  after.some(({ state, consumed }) => state === 'broadcast' && consumed);
const more =
  (...states: string[]) =>
  (before: readonly Trace[], after: readonly Trace[]): boolean =>
    count(after, ...states) > count(before, ...states);

/** And nobody goes on after it: the next one finds what two or three have left. */
const whatever = { stage: (traffic: Traffic) => traffic.whatever(), left: () => true, repaired: false };

export const replyLost = 'the proxy, instead of the reply';
export const anyMoment = 'the clock';

export const kills: readonly Kill[] = [
  { ...whatever, name: 'before any statement', place: 'before a statement', most: 60 },
  { ...whatever, name: 'at any moment', place: anyMoment, most: 250 },
  {
    name: 'after the nonces are committed',
    place: 'nonces are committed',
    most: 1,
    stage: ordered,
    left: nothingSigned,
  },
  { name: 'after a signature', place: 'a signature', most: 3, stage: ordered, left: nothingSigned },
  {
    ...{
      name: 'after a raw transaction is committed',
      place: 'a raw transaction is committed',
      most: 3,
      stage: ordered,
    },
    left: (_, after) => after.some(({ state, unsent, inPool }) => state === 'signed' && unsent && !inPool),
  },
  { name: 'sent, the reply lost', place: replyLost, most: 3, stage: ordered, left: sentUnawares },
  { name: 'sent, not noted', place: 'it is sent, not noted', most: 3, stage: ordered, left: sentUnawares },
  { name: 'sent and noted', place: 'it is sent and noted', most: 1, stage: ordered, left: more('broadcast') },
  {
    ...{ name: 'mined, not committed', place: 'before a settlement is committed', most: 1 },
    stage: (traffic) => traffic.mined(),
    left: (before, after) => !more(...settled)(before, after),
  },
  {
    ...{ name: 'after mined', place: 'the chain was settled', most: 1, stage: (traffic) => traffic.mined() },
    left: more(...settled),
  },
  {
    ...{ name: 'after confirmed', place: 'the chain was settled', most: 1, stage: (traffic) => traffic.final() },
    left: more('confirmed'),
  },
  {
    ...{ name: 'before a refund', place: 'before a refund', most: 1, stage: (traffic) => traffic.cancelled() },
    left: owed,
  },
  {
    ...{ name: 'in a refund, not committed', place: 'before a refund is committed', most: 2 },
    stage: (traffic) => traffic.failed(),
    left: owed,
  },
  {
    ...{ name: 'after a refund', place: 'a refund is committed', most: 2, stage: (traffic) => traffic.cancelled() },
    left: more('refunded'),
  },
];
