/**
 * Runs a development chain with the coin on it for as long as standard input stays open, so that no node outlives who
 * started it, however that came about. Prints one line of JSON when the chain is ready.
 *
 *   --state FILE             keep the chain in this file
 *   --block-time SECONDS     a block every so often; without it, one for each transaction as it comes
 *   --slots-in-an-epoch N    `finalized` is 2 N blocks behind the head (32 if not given)
 *   --port N                 a free one if not given
 *   --node URL               a development node that runs already, emptied, instead of one of ours
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
  while (await wait()) await chain.tick();
}

/** False when there is nothing to wait for any more. */
function wait() {
  return sleep(tickMs, true, { signal: stopped.signal }).catch(() => false);
}

function fail(reason) {
  if (stopped.signal.aborted) return;
  console.error(`The local chain: ${reason}`);
  void stop(1);
}

/** After the tick under way: it may be writing the file. */
async function stop(status) {
  process.exitCode ||= status;
  if (stopped.signal.aborted) return;
  stopped.abort();
  await work.catch(() => {});
  await chain.stop().catch((error) => console.error(`The local chain was not saved: ${error.message}`));
  process.exit();
}
