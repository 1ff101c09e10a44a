import { keccak256 } from 'ethers';
import { type Call, type Forward, HttpFault, type Intercept } from './rpc-proxy';

/** Sends no response, so that the caller runs into its timeout. */
const noResponse = new HttpFault(() => undefined);

/** The node does not get the call, and the caller gets no response. */
export const timeOutBeforeForwarding: Intercept = () => noResponse;

/** The node executes the call, and its response is lost. */
export const timeOutAfterForwarding: Intercept = async (_call, forward) => {
  // An error response is lost too.
  await forward().catch(() => undefined);
  return noResponse;
};

/** The node executes the call, and the connection is reset before the response. */
export const resetAfterForwarding: Intercept = async (_call, forward) => {
  await forward().catch(() => undefined);
  return reset;
};

const reset = new HttpFault((response) => response.socket?.resetAndDestroy());
export const connectionReset: Intercept = () => reset;

export const tooManyRequests: Intercept = () => status(429, 'application/json', '{"error":"rate limit exceeded"}');
export const unavailable: Intercept = () => status(503, 'text/plain', 'Service Unavailable');
/** The HTML page of a proxy instead of a response, with status 200. */
export const htmlPage: Intercept = () => status(200, 'text/html', '<!doctype html><title>Please wait</title>');

function status(code: number, type: string, body: string): HttpFault {
  return new HttpFault((response) => response.writeHead(code, { 'content-type': type }).end(body));
}

/** Removes the second half of the logs, or a single log, because some providers truncate a response without an error. */
export const truncatedLogs: Intercept = onLogs((logs) => logs.slice(0, Math.floor(logs.length / 2)));
export const duplicatedLogs: Intercept = onLogs((logs) => logs.flatMap((log) => [log, log]));

function onLogs(change: (logs: unknown[]) => unknown[]): Intercept {
  return on('eth_getLogs', async (_call, forward) => change((await forward()) as unknown[]));
}

/** A node that has not indexed the block yet, and so has no receipts. */
export const nullReceipts: Intercept = on('eth_getTransactionReceipt', () => null);

const blockTags: unknown[] = ['latest', 'safe', 'finalized'];

/** Another node of the provider responds, whose head and final block are `blocks` behind. */
export function headGoesBack(blocks: number): Intercept {
  const goBack = (number: string): string => `0x${Math.max(0, Number(number) - blocks).toString(16)}`;
  return async ({ method, params }, forward) => {
    const result: unknown = await forward();
    if (method === 'eth_blockNumber') return goBack(result as string);
    if (method !== 'eth_getBlockByNumber' || !blockTags.includes(params[0])) return result;
    return forward([goBack((result as { number: string }).number), params[1]]);
  };
}

/** A provider on another branch: all block hashes are different, and they are consistent with each other. */
export const anotherBranch: Intercept = async ({ method }, forward) => {
  const isBlock = method.startsWith('eth_getBlockBy');
  const names = ['parentHash', 'blockHash', ...(isBlock ? ['hash'] : [])];
  return JSON.parse(JSON.stringify(await forward()), (name, value: unknown) =>
    names.includes(name) && typeof value === 'string' ? keccak256(value) : value,
  ) as unknown;
};

/** A wrong block hash, which does not match the parent hash of the next block. */
export const wrongBlockHash: Intercept = async ({ method }, forward) => {
  const result: unknown = await forward();
  if (!method.startsWith('eth_getBlockBy') || result === null) return result;
  const block = result as { hash: string };
  return { ...block, hash: keccak256(block.hash) };
};

/** Applies the fault to calls of one method only. */
export function on(method: string, fault: Intercept): Intercept {
  return (call: Call, forward: Forward) => (call.method === method ? fault(call, forward) : forward());
}

/** Applies the fault to the next `times` calls that match, and to no later call. */
export function next(times: number, fault: Intercept, matches: (call: Call) => boolean = () => true): Intercept {
  let timesLeft = times;
  return (call, forward) => {
    if (timesLeft === 0 || !matches(call)) return forward();
    timesLeft -= 1;
    return fault(call, forward);
  };
}
