/**
 * Runs a development chain with the deployed coin until standard input is closed, so that no node outlives the process that
 * started it, even if that process is killed. Prints one line of JSON when the chain is ready.
 *
 *   --state FILE             save the chain in this file
 *   --block-time SECONDS     seconds between blocks; without it, each transaction is mined at once
 *   --slots-in-an-epoch N    `finalized` is 2 N blocks behind the head (default 32)
 *   --port N                 the port of the node (default: a free port)
 *   --node URL               use this running development node, which is reset, instead of starting one
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DevelopmentChain } from './development-chain.mjs';

const SAVE_EVERY_MS = 1_000;

const text = { type: 'string' };
const { values: options } = parseArgs({
  options: { state: text, 'block-time': text, 'slots-in-an-epoch': text, port: { ...text, default: '0' }, node: text },
});

const chain = new DevelopmentChain();
const tickMs = options['block-time'] ? Number(options['block-time']) * 1_000 : SAVE_EVERY_MS;
const stopped = new AbortController();

process.stdin.resume().once('close', () => void stop(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void stop(0));
process.once('exit', () => chain.kill());
const work = run();
await work.catch((error) => fail(error.message));

async function run() {
  console.log(JSON.stringify(await chain.start(options, fail)));
  while (await waitForTick()) await chain.tick();
}

/** Waits for the next tick. Returns false once the chain is being stopped. */
function waitForTick() {
  return sleep(tickMs, true, { signal: stopped.signal }).catch(() => false);
}

function fail(reason) {
  if (stopped.signal.aborted) return;
  console.error(`The local chain failed: ${reason}`);
  void stop(1);
}

/** Stops the chain after the running tick, because it may be writing the file. */
async function stop(status) {
  process.exitCode ||= status;
  if (stopped.signal.aborted) return;
  stopped.abort();
  await work.catch(() => {});
  await chain.stop().catch((error) => console.error(`The local chain could not be saved: ${error.message}`));
  process.exit();
}
