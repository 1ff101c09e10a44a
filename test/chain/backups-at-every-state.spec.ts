import { NonceAssignment } from '../../src/modules/chain/sending/nonce-assignment';
import { CursorStore, type CursorState } from '../../src/modules/chain/cursor/cursor-store';
import { unitsOf } from '../../src/modules/chain/settings/token';
import { Leases } from '../../src/platform/jobs/leases';
import { LocalChain } from '../support/chain';
import { copyOfDatabase } from '../support/database-url';
import { describeOnChain } from '../support/on-chain';
import { RpcError, RpcProxy } from '../support/rpc-proxy';
import { done } from '../journeys/cast';
import type { Client } from '../support/school';
import { Runbook } from './runbook';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

const amount = 250;
const endowment = 900;

/** The state of the payment on the chain when the backup is restored. */
const chainStates = ['has not seen it', 'has it in a pool', 'has mined it', 'has it final'] as const;
type OnChain = (typeof chainStates)[number];
const backups = ['refunded', 'reserved', 'signing', 'signed', 'broadcast', 'mined', 'confirmed'] as const;
type Backup = (typeof backups)[number];

/** A payment that is mined or confirmed in the backup is also on the chain. */
const isPossible = (backup: Backup, onChain: OnChain): boolean => {
  if (backup === 'confirmed') return onChain === 'has it final';
  return backup !== 'mined' || onChain === 'has mined it' || onChain === 'has it final';
};
const combinations = backups.flatMap((backup) =>
  chainStates.filter((onChain) => isPossible(backup, onChain)).map((onChain) => [backup, onChain] as const),
);

describeOnChain('restoring a backup of every withdrawal state without the restore command', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let school: SchoolOnChain;
  let ann: Holder;
  let admin: Client;
  let now: Date;
  /** One withdrawal was cancelled and refunded. A later one of the same amount was paid. */
  let refundedId: number;
  let paidId: number;
  /** Copies of the database and snapshots of the chain at each state. */
  const backupsTaken = new Map<Backup, { url: string; blocks: string }>();
  /** The transaction by which the school paid before the restore. */
  let raw: string;

  beforeAll(async () => {
    chain = await LocalChain.start({ automine: false });
    proxy = await RpcProxy.start(chain.rpcUrl);
    await chain.mine(confirmations + 2);
    await backUpAll();
  }, 180_000);
  afterEach(() => school.close());
  afterAll(async () => {
    await proxy.stop();
    await chain.stop();
  });

  async function open(url?: string): Promise<void> {
    school = await SchoolOnChain.open(chain, { rpcUrls: [proxy.url], ...(url ? { url } : {}) });
    if (!url) return;
    school.app.clock.stopAt(now);
    // Signed in again, because a token lasts ten minutes and a slow machine needs longer.
    ann = { ...ann, client: await school.app.signedIn(ann.client) };
    admin = await school.app.signedIn(admin);
  }

  /** The school is closed during the copy, because no connection to the copied database may be open. */
  async function backUp(state: Backup, id: number): Promise<void> {
    expect((await school.getWithdrawal(ann, id)).status).toBe(state);
    const { url } = school.app;
    await school.close();
    backupsTaken.set(state, { url: await copyOfDatabase(url), blocks: await chain.snapshot() });
    await open(url);
  }

  async function backUpAll(): Promise<void> {
    await open();
    school.advanceClock(0);
    now = school.app.clock.now();
    await school.poll();
    [admin, ann] = [await school.app.admin(), await school.createHolder(endowment)];
    refundedId = await school.withdraw(ann, amount);
    await ann.client.delete(`/coins/withdrawals/${refundedId}`);
    await school.poll();
    await backUp('refunded', refundedId);
    paidId = await school.withdraw(ann, amount);
    await backUp('reserved', paidId);
    await assign();
    await backUp('signing', paidId);
    proxy.intercept = ({ method }, forward) => {
      if (method === 'eth_sendRawTransaction') throw new RpcError(-32_000, 'insufficient funds for gas');
      return forward();
    };
    await school.poll();
    await backUp('signed', paidId);
    proxy.reset();
    await school.poll();
    raw = (await school.listAttempts(paidId)).at(-1)!.raw;
    await backUp('broadcast', paidId);
    await send();
    await school.mine();
    await backUp('mined', paidId);
    await school.mine(confirmations);
    await backUp('confirmed', paidId);
    await school.close();
  }

  /** Assigns nonces like a worker that is killed right after it. */
  async function assign(): Promise<void> {
    const lease = (await school.app.part(Leases).acquire('job:rewards:poll-chain', 60_000))!;
    const cursor = await school.app.part(CursorStore).find(chain.treasury.toLowerCase());
    await school.app.part(NonceAssignment).assign(lease, cursor as CursorState);
    await school.app.part(Leases).release(lease);
  }

  /** A snapshot does not contain the pool, so that the transaction is sent again. */
  const send = (): Promise<unknown> => chain.send('eth_sendRawTransaction', [raw]).catch(() => null);

  async function goBackTo(backup: Backup, onChain: OnChain): Promise<void> {
    const { url, blocks } = backupsTaken.get(backup)!;
    await chain.revert(blocks);
    backupsTaken.set(backup, { url, blocks: await chain.snapshot() });
    if (onChain !== 'has not seen it') await send();
    if (onChain === 'has mined it' && backup !== 'mined') await chain.mine();
    if (onChain === 'has it final') await chain.mine(confirmations + 1);
    await open(await copyOfDatabase(url));
  }

  const refundsSince = async (backup: Backup): Promise<number> =>
    backup === 'refunded' ? 0 : Number((await school.getWithdrawal(ann, paidId)).status === 'refunded');

  // In reverse order, because going back to a snapshot deletes the later snapshots.
  test.each([...combinations].reverse())(
    'a withdrawal that is %s in the backup, while the chain %s, is paid or refunded once',
    async (backup, onChain) => {
      await goBackTo(backup, onChain);
      const id = backup === 'refunded' ? refundedId : paidId;
      const before = await school.balance(ann);
      // Directly after the start, before the first poll of the chain.
      await ann.client.delete(`/coins/withdrawals/${id}`);
      expect(await school.balance(ann)).toBe(before);
      const runbook = new Runbook(school, admin);
      for (const poll of [school.poll, school.poll, () => runbook.follow()]) {
        await poll();
        expect((await school.listPaymentHashes(ann)).length + (await refundsSince(backup))).toBeLessThanOrEqual(1);
      }
      expect((await school.getWithdrawal(ann, id)).status).toMatch(/^(confirmed|refunded)$/);
      expect(await school.getCursor()).toMatchObject({ halted: false });
      expect(await school.listViolations()).toEqual([]);
      const total = (await school.balance(ann)) + (await school.walletCoins(ann));
      // The withdrawal requested after the backup is unknown to it. Its payment had to be booked as lost.
      const lost = backup === 'refunded' ? await school.walletCoins(ann) : 0;
      expect(total - lost).toBe(endowment);
      expect((await done(ann.client.get('/coins/supply'))).lostUnits).toBe(String(unitsOf(lost)));
      if (lost > 0) expect(runbook.refusals).toContain('PAYMENTS_UNEXPLAINED');
    },
  );
});
