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
const chains = ['has not seen it', 'has it in a pool', 'has mined it', 'has it final'] as const;
type OnChain = (typeof chains)[number];
const backups = ['refunded', 'reserved', 'signing', 'signed', 'broadcast', 'mined', 'confirmed'] as const;
type Backup = (typeof backups)[number];

/** A payment that is mined or confirmed in the backup is also on the chain. */
const isPossible = (backup: Backup, onChain: OnChain): boolean =>
  backup === 'mined' ? chains.indexOf(onChain) >= 2 : backup !== 'confirmed' || onChain === 'has it final';
const combinations = backups.flatMap((backup) =>
  chains.filter((onChain) => isPossible(backup, onChain)).map((onChain) => [backup, onChain] as const),
);

describeOnChain('restoring a backup of every withdrawal state without the restore command', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let on: SchoolOnChain;
  let ann: Holder;
  let admin: Client;
  let now: Date;
  /** One withdrawal was cancelled and refunded. A later one of the same amount was paid. */
  let unwanted: number;
  let wanted: number;
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
  afterEach(() => on.close());
  afterAll(async () => {
    await proxy.stop();
    await chain.stop();
  });

  async function open(url?: string): Promise<void> {
    on = await SchoolOnChain.open(chain, { rpcUrls: [proxy.url], ...(url ? { url } : {}) });
    if (!url) return;
    on.school.clock.stopAt(now);
    // Signed in again, because a token lasts ten minutes and a slow machine needs longer.
    ann = { ...ann, ask: await on.school.signedIn(ann.ask) };
    admin = await on.school.signedIn(admin);
  }

  /** The school is closed during the copy, because no connection to the copied database may be open. */
  async function backUp(state: Backup, id: number): Promise<void> {
    expect((await on.withdrawal(ann, id)).state).toBe(state);
    const { url } = on.school;
    await on.close();
    backupsTaken.set(state, { url: await copyOfDatabase(url), blocks: await chain.snapshot() });
    await open(url);
  }

  async function backUpAll(): Promise<void> {
    await open();
    on.advanceClock(0);
    now = on.school.clock.now();
    await on.poll();
    [admin, ann] = [await on.school.admin(), await on.holder(endowment)];
    unwanted = await on.withdraws(ann, amount);
    await ann.ask.delete(`/coins/withdrawals/${unwanted}`);
    await on.poll();
    await backUp('refunded', unwanted);
    wanted = await on.withdraws(ann, amount);
    await backUp('reserved', wanted);
    await assign();
    await backUp('signing', wanted);
    proxy.intercept = ({ method }, forward) => {
      if (method === 'eth_sendRawTransaction') throw new RpcError(-32_000, 'insufficient funds for gas');
      return forward();
    };
    await on.poll();
    await backUp('signed', wanted);
    proxy.reset();
    await on.poll();
    raw = (await on.attempts(wanted)).at(-1)!.raw;
    await backUp('broadcast', wanted);
    await send();
    await on.mine();
    await backUp('mined', wanted);
    await on.mine(confirmations);
    await backUp('confirmed', wanted);
    await on.close();
  }

  /** Assigns nonces like a worker that is killed right after it. */
  async function assign(): Promise<void> {
    const lease = (await on.school.part(Leases).acquire('job:rewards:poll-chain', 60_000))!;
    const marks = await on.school.part(CursorStore).find(chain.treasury.toLowerCase());
    await on.school.part(NonceAssignment).assign(lease, marks as CursorState);
    await on.school.part(Leases).release(lease);
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
    backup === 'refunded' ? 0 : Number((await on.withdrawal(ann, wanted)).state === 'refunded');

  // In reverse order, because going back to a snapshot deletes the later snapshots.
  test.each([...combinations].reverse())(
    'a withdrawal that is %s in the backup, while the chain %s, is paid or refunded once',
    async (backup, onChain) => {
      await goBackTo(backup, onChain);
      const id = backup === 'refunded' ? unwanted : wanted;
      const before = await on.balance(ann);
      // Directly after the start, before the first poll of the chain.
      await ann.ask.delete(`/coins/withdrawals/${id}`);
      expect(await on.balance(ann)).toBe(before);
      const runbook = new Runbook(on, admin);
      for (const poll of [on.poll, on.poll, () => runbook.follow()]) {
        await poll();
        expect((await on.paymentsTo(ann)).length + (await refundsSince(backup))).toBeLessThanOrEqual(1);
      }
      expect((await on.withdrawal(ann, id)).state).toMatch(/^(confirmed|refunded)$/);
      expect(await on.cursor()).toMatchObject({ halted: false });
      expect(await on.violations()).toEqual([]);
      const total = (await on.balance(ann)) + (await on.onChain(ann));
      // The withdrawal requested after the backup is unknown to it. Its payment had to be booked as lost.
      const lost = backup === 'refunded' ? await on.onChain(ann) : 0;
      expect(total - lost).toBe(endowment);
      expect((await done(ann.ask.get('/coins/supply'))).lostUnits).toBe(String(unitsOf(lost)));
      if (lost > 0) expect(runbook.refusals).toContain('PAYMENTS_UNEXPLAINED');
    },
  );
});
