import { keccak256 } from 'ethers';
import { type Call, type Forward, HttpFault, type Intercept } from './rpc-proxy';

/** Says nothing more: the caller's own patience ends it. */
const silence = new HttpFault(() => undefined);

/** The node never hears of it, and the caller hears nothing. */
export const timeOutBeforeForwarding: Intercept = () => silence;

/** The reply is lost: the node has done it, the caller hears nothing. */
export const timeOutAfterForwarding: Intercept = async (_call, forward) => {
  // Also an error is a reply that is lost.
  await forward().catch(() => undefined);
  return silence;
};

/** The node has done it, and the connection breaks instead of an answer. */
export const resetAfterForwarding: Intercept = async (_call, forward) => {
  await forward().catch(() => undefined);
  return reset;
};

const reset = new HttpFault((response) => response.socket?.resetAndDestroy());
export const connectionReset: Intercept = () => reset;

export const tooManyRequests: Intercept = () => status(429, 'application/json', '{"error":"rate limit exceeded"}');
export const unavailable: Intercept = () => status(503, 'text/plain', 'Service Unavailable');
/** A proxy's page in place of an answer, with a status that says all is well. */
export const htmlPage: Intercept = () => status(200, 'text/html', '<!doctype html><title>Please wait</title>');

function status(code: number, type: string, body: string): HttpFault {
  return new HttpFault((response) => response.writeHead(code, { 'content-type': type }).end(body));
}

/** Providers cap an answer and do not say so: the later half of the logs is missing, and of one log that one. */
export const truncatedLogs: Intercept = onLogs((logs) => logs.slice(0, Math.floor(logs.length / 2)));
export const duplicatedLogs: Intercept = onLogs((logs) => logs.flatMap((log) => [log, log]));

function onLogs(change: (logs: unknown[]) => unknown[]): Intercept {
  return on('eth_getLogs', async (_call, forward) => change((await forward()) as unknown[]));
}

/** A node that has not indexed the block yet. */
export const nullReceipts: Intercept = on('eth_getTransactionReceipt', () => null);

const TAGS: unknown[] = ['latest', 'safe', 'finalized'];

/** Another node of the provider answers, which is `blocks` behind: in its head, and in its final block with it. */
export function headGoesBack(blocks: number): Intercept {
  const back = (number: string): string => `0x${Math.max(0, Number(number) - blocks).toString(16)}`;
  return async ({ method, params }, forward) => {
    const result: unknown = await forward();
    if (method === 'eth_blockNumber') return back(result as string);
    if (method !== 'eth_getBlockByNumber' || !TAGS.includes(params[0])) return result;
    return forward([back((result as { number: string }).number), params[1]]);
  };
}

/** A provider on a branch of its own: each hash of a block is another one, and they agree with each other. */
export const anotherBranch: Intercept = async ({ method }, forward) => {
  const isBlock = method.startsWith('eth_getBlockBy');
  const names = ['parentHash', 'blockHash', ...(isBlock ? ['hash'] : [])];
  return JSON.parse(JSON.stringify(await forward()), (name, value: unknown) =>
    names.includes(name) && typeof value === 'string' ? keccak256(value) : value,
  ) as unknown;
};

/** A block's hash is wrong, and does not fit the next one's parent. */
export const wrongBlockHash: Intercept = async ({ method }, forward) => {
  const result: unknown = await forward();
  if (!method.startsWith('eth_getBlockBy') || result === null) return result;
  const block = result as { hash: string };
  return { ...block, hash: keccak256(block.hash) };
};

/** The fault for calls of one method only. */
export function on(method: string, fault: Intercept): Intercept {
  return (call: Call, forward: Forward) => (call.method === method ? fault(call, forward) : forward());
}

/** The fault for the next `times` calls that `concern` it, then none. */
export function next(times: number, fault: Intercept, concern: (call: Call) => boolean = () => true): Intercept {
  let left = times;
  return (call, forward) => {
    if (left === 0 || !concern(call)) return forward();
    left -= 1;
    return fault(call, forward);
  };
}
