/*
 * Loaded before the worker that a test kills. The program starts normally and waits before the job for a line on its standard input. The
 * line names the place and the pass at which the process is killed, inside the call, so that no later code runs. When its standard input
 * is closed, the process exits.
 */
require('reflect-metadata');
const path = require('node:path');
const { createInterface } = require('node:readline');

const dist = path.join(process.cwd(), 'dist/src');
const chain = 'modules/chain';
const die = () => process.kill(process.pid, 'SIGKILL');

/** Killed after a call whose result `counts`, or before the call. */
const places = {
  'nonces are committed': { of: `${chain}/sending/nonce-assignment`, call: 'NonceAssignment.assign', counts: Boolean },
  'a signature': { of: `${chain}/sending/signer`, call: 'Signer.sign' },
  'a raw transaction is committed': { of: `${chain}/sending/signing`, call: 'Signing.save' },
  'it is sent, not saved': { of: `${chain}/nodes/nodes`, call: 'Nodes.broadcast' },
  'it is sent and saved': { of: `${chain}/sending/broadcasts`, call: 'Broadcasts.send', counts: Boolean },
  'the chain was settled': {
    of: `${chain}/settlement/settlement`,
    call: 'Settlement.settle',
    counts: ({ mined, confirmed }) => mined + confirmed > 0,
  },
  'before a settlement is committed': {
    of: `${chain}/payments/receipts`,
    call: 'PaymentReceipts.record',
    counts: ({ mined, confirmed }) => mined + confirmed > 0,
  },
  'before a refund': { of: `${chain}/withdrawals/withdrawal-refunds`, call: 'WithdrawalRefunds.refund', before: true },
  'before a refund is committed': { of: `${chain}/withdrawals/withdrawal-refunds`, call: 'WithdrawalRefunds.refund' },
  'a refund is committed': { of: `${chain}/payments/consumed-nonces`, call: 'ConsumedNonces.decide' },
  'before a statement': { of: 'platform/database/database', call: 'Database.send', before: true },
};

function arm({ place, time }) {
  if (!places[place]) return;
  const { of, call, before = false, counts = () => true } = places[place];
  const [owner, method] = call.split('.');
  const { prototype } = require(path.join(dist, of))[owner];
  const original = prototype[method];
  if (!original) throw new Error(`There is no ${call}: was it renamed?`);
  let left = time;
  prototype[method] = async function (...args) {
    if (before && --left === 0) die();
    const result = await original.apply(this, args);
    if (!before && counts(result) && --left === 0) die();
    return result;
  };
}

const lines = createInterface({ input: process.stdin });
const instruction = new Promise((resolve) => lines.once('line', (line) => resolve(JSON.parse(line))));
process.stdin.on('end', () => process.exit(1));

const { Jobs } = require(path.join(dist, 'platform/jobs/jobs'));
const { run } = Jobs.prototype;
Jobs.prototype.run = async function (...args) {
  arm(await instruction);
  // From here on an open standard input does not keep the process alive.
  process.stdin.unref();
  return run.apply(this, args);
};
