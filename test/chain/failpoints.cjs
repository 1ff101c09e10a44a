/*
 * Loaded before the worker that a test kills. The program opens as always and then waits, before the job, for a line on
 * its standard input: where to end, and the how-manieth time. It ends there as in a power failure, inside the call, so that no
 * later line of ours runs. Without a line it ends with whoever started it.
 */
require('reflect-metadata');
const path = require('node:path');
const { createInterface } = require('node:readline');

const dist = path.join(process.cwd(), 'dist/src');
const chain = 'modules/chain';
const die = () => process.kill(process.pid, 'SIGKILL');

/** `after` with a result that `counts`, or `before`. */
const places = {
  'nonces are committed': { of: `${chain}/sending/nonce-assignment`, call: 'NonceAssignment.assign', counts: Boolean },
  'a signature': { of: `${chain}/sending/signer`, call: 'Signer.sign' },
  'a raw transaction is committed': { of: `${chain}/sending/signing`, call: 'Signing.save' },
  'it is sent, not noted': { of: `${chain}/nodes/nodes`, call: 'Nodes.broadcast' },
  'it is sent and noted': { of: `${chain}/sending/broadcasts`, call: 'Broadcasts.send', counts: Boolean },
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
  if (!original) throw new Error(`There is no ${call}: has it another name now?`);
  let left = time;
  prototype[method] = async function (...args) {
    if (before && --left === 0) die();
    const result = await original.apply(this, args);
    if (!before && counts(result) && --left === 0) die();
    return result;
  };
}

const lines = createInterface({ input: process.stdin });
const told = new Promise((resolve) => lines.once('line', (line) => resolve(JSON.parse(line))));
process.stdin.on('end', () => process.exit(1));

const { Jobs } = require(path.join(dist, 'platform/jobs/jobs'));
const { run } = Jobs.prototype;
Jobs.prototype.run = async function (...args) {
  arm(await told);
  // From here on it may end by itself.
  process.stdin.unref();
  return run.apply(this, args);
};
