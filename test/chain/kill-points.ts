import type { Trace, Traffic } from './traffic';

/** A place where a worker is killed, the work it must have, and the state that it must leave. */
export interface Kill {
  name: string;
  /** A place in failpoints.cjs, or `responseLost` or `anyMoment`. */
  place: string;
  /** How often the worker passes the place at most before it ends. */
  maxPasses: number;
  prepare: (traffic: Traffic) => Promise<unknown>;
  hasLeft: (before: readonly Trace[], after: readonly Trace[]) => boolean;
  /** Unless false, another worker completes a poll before the next kill. */
  isFollowedByPoll?: boolean;
}

const countInStates = (traces: readonly Trace[], ...states: string[]): number =>
  traces.filter(({ state }) => states.includes(state)).length;
const orderThree = (traffic: Traffic): Promise<unknown> => traffic.orderWithdrawals(3);
const settled = ['mined', 'confirmed'];

const isNothingSigned = (_: readonly Trace[], after: readonly Trace[]): boolean =>
  after.some(({ state, attempts }) => state === 'signing' && attempts === 0);
const isSentButNotSaved = (_: readonly Trace[], after: readonly Trace[]): boolean =>
  after.some(({ state, unsent, inPool }) => state === 'signed' && unsent && inPool);
const hasDueRefund = (_: readonly Trace[], after: readonly Trace[]): boolean =>
  after.some(({ state, consumed }) => state === 'broadcast' && consumed);
const hasMore =
  (...states: string[]) =>
  (before: readonly Trace[], after: readonly Trace[]): boolean =>
    countInStates(after, ...states) > countInStates(before, ...states);

/** No poll follows, so that the next worker finds what several killed workers have left. */
const anyWork = {
  prepare: (traffic: Traffic) => traffic.createAnyWork(),
  hasLeft: () => true,
  isFollowedByPoll: false,
};

export const responseLost = 'the proxy, before the response';
export const anyMoment = 'the clock';

export const kills: readonly Kill[] = [
  { ...anyWork, name: 'before any statement', place: 'before a statement', maxPasses: 60 },
  { ...anyWork, name: 'at any moment', place: anyMoment, maxPasses: 250 },
  {
    name: 'after the nonces are committed',
    place: 'nonces are committed',
    maxPasses: 1,
    prepare: orderThree,
    hasLeft: isNothingSigned,
  },
  { name: 'after a signature', place: 'a signature', maxPasses: 3, prepare: orderThree, hasLeft: isNothingSigned },
  {
    ...{
      name: 'after a raw transaction is committed',
      place: 'a raw transaction is committed',
      maxPasses: 3,
      prepare: orderThree,
    },
    hasLeft: (_, after) => after.some(({ state, unsent, inPool }) => state === 'signed' && unsent && !inPool),
  },
  {
    name: 'sent, the response lost',
    place: responseLost,
    maxPasses: 3,
    prepare: orderThree,
    hasLeft: isSentButNotSaved,
  },
  {
    name: 'sent, not saved',
    place: 'it is sent, not saved',
    maxPasses: 3,
    prepare: orderThree,
    hasLeft: isSentButNotSaved,
  },
  {
    name: 'sent and saved',
    place: 'it is sent and saved',
    maxPasses: 1,
    prepare: orderThree,
    hasLeft: hasMore('broadcast'),
  },
  {
    ...{ name: 'mined, not committed', place: 'before a settlement is committed', maxPasses: 1 },
    prepare: (traffic) => traffic.createMined(),
    hasLeft: (before, after) => !hasMore(...settled)(before, after),
  },
  {
    ...{
      name: 'after mined',
      place: 'the chain was settled',
      maxPasses: 1,
      prepare: (traffic) => traffic.createMined(),
    },
    hasLeft: hasMore(...settled),
  },
  {
    ...{
      name: 'after confirmed',
      place: 'the chain was settled',
      maxPasses: 1,
      prepare: (traffic) => traffic.createFinal(),
    },
    hasLeft: hasMore('confirmed'),
  },
  {
    ...{
      name: 'before a refund',
      place: 'before a refund',
      maxPasses: 1,
      prepare: (traffic) => traffic.createCancelled(),
    },
    hasLeft: hasDueRefund,
  },
  {
    ...{ name: 'in a refund, not committed', place: 'before a refund is committed', maxPasses: 2 },
    prepare: (traffic) => traffic.createFailed(),
    hasLeft: hasDueRefund,
  },
  {
    ...{
      name: 'after a refund',
      place: 'a refund is committed',
      maxPasses: 2,
      prepare: (traffic) => traffic.createCancelled(),
    },
    hasLeft: hasMore('refunded'),
  },
];
