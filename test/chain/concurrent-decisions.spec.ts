import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ManualSettlements } from '../../src/modules/chain/administration/manual-settlements';
import { Payouts } from '../../src/modules/chain/administration/payouts';
import { ChainUnavailable } from '../../src/modules/chain/chain.errors';
import type { ChainView } from '../../src/modules/chain/nodes/chain-view';
import { Nodes } from '../../src/modules/chain/nodes/nodes';
import { CursorStore, type CursorState } from '../../src/modules/chain/cursor/cursor-store';
import { Solvency } from '../../src/modules/chain/settlement/solvency';
import { ConsumedNonces } from '../../src/modules/chain/payments/consumed-nonces';
import { Leases } from '../../src/platform/jobs/leases';
import { School, type Client } from '../support/school';
import { endow } from '../rewards/ledger-state';
import { newHash, DatabaseFixture, schoolWithFixture, treasury } from './database-fixture';

let school: School;
let ann: Client;
let admin: Client;
let chain: DatabaseFixture;
beforeAll(async () => {
  school = await schoolWithFixture();
  [ann, admin] = [await school.student(), await school.admin()];
  await endow(school, ann.id, 1_000);
  chain = await DatabaseFixture.of(school);
}, 60_000);
afterAll(() => school.close());

const decisionMaker = () => ({ reason: 'x', actorId: admin.id });
const getCursor = async (): Promise<CursorState> => (await school.part(CursorStore).find(treasury))!;
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error) => error.constructor.name,
  );

/** A payment that matches a withdrawal which another administrator has cancelled. */
async function createDisputedPayment(): Promise<{
  payout: number;
  settle: () => Promise<void>;
  book: () => Promise<void>;
}> {
  const [id, txHash] = [await chain.createReserved(ann.id, 50), newHash()];
  await chain.haltAhead(1);
  const nonce = Number(await chain.readValue('SELECT next_nonce AS value FROM rewards_hot_wallet'));
  await chain.createPayout(txHash, await chain.addressOf(id), 50);
  const otherAdmin = await school.admin();
  await otherAdmin.post(`/coins/withdrawals/${id}/decisions`, { action: 'cancel', reason: 'x' });
  const payout = Number(await chain.readValue(`SELECT id AS value FROM rewards_payout WHERE tx_hash = '${txHash}'`));
  return {
    payout,
    settle: () => school.part(ManualSettlements).settle(id, { txHash, nonce }, decisionMaker()),
    book: () => school.part(Payouts).book(payout, decisionMaker()),
  };
}

/** The second call starts after the first has written and before it commits, so that it waits for the row lock. */
async function runConcurrently(first: () => Promise<void>, second: () => Promise<void>): Promise<string[]> {
  let resolveWritten = (): void => undefined;
  const written = new Promise<void>((resolve) => (resolveWritten = resolve));
  const slow = school.database.transaction(async () => {
    await first();
    resolveWritten();
    await sleep(300);
  });
  await written;
  const waiting = outcome(second());
  return [await outcome(slow), await waiting];
}

test('a payment cannot be settled while another transaction books it as lost', async () => {
  const { payout, settle, book } = await createDisputedPayment();
  expect(await runConcurrently(book, settle)).toEqual(['done', 'PaymentNotFound']);
  const both = `SELECT count(*) AS value FROM rewards_payout WHERE id = ${payout} AND withdrawal_id IS NOT NULL`;
  expect(await chain.readValue(both)).toBe('0');
});

test('a payment cannot be booked as lost while another transaction settles it', async () => {
  const { payout, settle, book } = await createDisputedPayment();
  expect(await runConcurrently(settle, book)).toEqual(['done', 'PayoutNotFound']);
  const bookings = `SELECT count(*) AS value FROM rewards_payout_booking WHERE payout_id = ${payout}`;
  expect(await chain.readValue(bookings)).toBe('0');
});

test('a poll does not halt a wallet that was resumed with a higher nonce count during the poll', async () => {
  await chain.write('UPDATE rewards_hot_wallet SET halted_at = NULL');
  const before = await getCursor();
  const review = (more: number): Promise<void> => {
    const nonces = { headNonce: before.nextNonce + more, pendingNonce: before.nextNonce + more };
    const view = { ...nonces, final: { number: before.finalNumber } } as ChainView;
    return school.database.transaction(() => school.part(Solvency).check(before, view));
  };
  await chain.write('UPDATE rewards_hot_wallet SET next_nonce = next_nonce + 2');
  await review(2);
  expect((await getCursor()).isHalted).toBe(false);
  await review(3);
  expect((await getCursor()).isHalted).toBe(true);
});

test('the warning about a used nonce without a known transaction does not contain the URL of the node', async () => {
  await chain.createSigned(ann.id, 10);
  await chain.markNoncesUsed();
  const secret = Object.assign(new Error('no answer of http://node/SECRET'), { shortMessage: 'no answer' });
  jest.spyOn(school.part(Nodes), 'read').mockRejectedValueOnce(new ChainUnavailable(secret));
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  const lease = (await school.part(Leases).acquire('concurrent decisions', 60_000))!;
  await school.part(ConsumedNonces).resolve(lease, await getCursor());
  const warnings = warn.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('no node shows'));
  warn.mockRestore();
  expect(warnings).toEqual([expect.stringMatching(/Error: no answer$/)]);
});
