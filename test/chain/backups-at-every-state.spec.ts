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

/** How far the chain has come with the payment when the backup is restored. */
const chains = ['has not seen it', 'has it in a pool', 'has mined it', 'has it final'] as const;
type OnChain = (typeof chains)[number];
const backups = ['refunded', 'reserved', 'signing', 'signed', 'broadcast', 'mined', 'confirmed'] as const;
type Backup = (typeof backups)[number];

/** What a backup has seen of the chain is on the chain. */
const possible = (backup: Backup, onChain: OnChain): boolean =>
  backup === 'mined' ? chains.indexOf(onChain) >= 2 : backup !== 'confirmed' || onChain === 'has it final';
const combinations = backups.flatMap((backup) =>
  chains.filter((onChain) => possible(backup, onChain)).map((onChain) => [backup, onChain] as const),
);

describeOnChain('a backup of every state of a withdrawal, restored by other means than the command', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let on: SchoolOnChain;
  let ann: Holder;
  let admin: Client;
  let now: Date;
  /** Cancelled and refunded; and one of the same amount that was asked for later, and paid. */
  let unwanted: number;
  let wanted: number;
  /** The database, and the chain, as they were at each state. */
  const kept = new Map<Backup, { url: string; blocks: string }>();
  /** By which the school of before has paid. */
  let raw: string;

  beforeAll(async () => {
    chain = await LocalChain.start({ automine: false });
    proxy = await RpcProxy.start(chain.rpcUrl);
    await chain.mine(confirmations + 2);
    await keepAll();
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
    // Again: a token lasts ten minutes, and a slow machine needs longer for all of this.
    ann = { ...ann, ask: await on.school.signedIn(ann.ask) };
    admin = await on.school.signedIn(admin);
  }

  /** Closed for the copy: nobody may be connected to what is copied. */
  async function keep(state: Backup, id: number): Promise<void> {
    expect((await on.withdrawal(ann, id)).state).toBe(state);
    const { url } = on.school;
    await on.close();
    kept.set(state, { url: await copyOfDatabase(url), blocks: await chain.snapshot() });
    await open(url);
  }

  async function keepAll(): Promise<void> {
    await open();
    on.later(0);
    now = on.school.clock.now();
    await on.tick();
    [admin, ann] = [await on.school.admin(), await on.holder(endowment)];
    unwanted = await on.withdraws(ann, amount);
    await ann.ask.delete(`/coins/withdrawals/${unwanted}`);
    await on.tick();
    await keep('refunded', unwanted);
    wanted = await on.withdraws(ann, amount);
    await keep('reserved', wanted);
    await assign();
    await keep('signing', wanted);
    proxy.intercept = ({ method }, forward) => {
      if (method === 'eth_sendRawTransaction') throw new RpcError(-32_000, 'insufficient funds for gas');
      return forward();
    };
    await on.tick();
    await keep('signed', wanted);
    proxy.reset();
    await on.tick();
    raw = (await on.attempts(wanted)).at(-1)!.raw;
    await keep('broadcast', wanted);
    await send();
    await on.mine();
    await keep('mined', wanted);
    await on.mine(confirmations);
    await keep('confirmed', wanted);
    await on.close();
  }

  /** As a worker does that is killed right after. */
  async function assign(): Promise<void> {
    const lease = (await on.school.part(Leases).acquire('job:rewards:poll-chain', 60_000))!;
    const marks = await on.school.part(CursorStore).find(chain.treasury.toLowerCase());
    await on.school.part(NonceAssignment).assign(lease, marks as CursorState);
    await on.school.part(Leases).release(lease);
  }

  /** A snapshot holds no pool. */
  const send = (): Promise<unknown> => chain.send('eth_sendRawTransaction', [raw]).catch(() => null);

  async function goBackTo(backup: Backup, onChain: OnChain): Promise<void> {
    const { url, blocks } = kept.get(backup)!;
    await chain.revert(blocks);
    kept.set(backup, { url, blocks: await chain.snapshot() });
    if (onChain !== 'has not seen it') await send();
    if (onChain === 'has mined it' && backup !== 'mined') await chain.mine();
    if (onChain === 'has it final') await chain.mine(confirmations + 1);
    await open(await copyOfDatabase(url));
  }

  const refundsSince = async (backup: Backup): Promise<number> =>
    backup === 'refunded' ? 0 : Number((await on.withdrawal(ann, wanted)).state === 'refunded');

  // The later a snapshot was taken, the earlier it is gone: the chain goes back in steps.
  test.each([...combinations].reverse())('%s, and the chain %s: paid or given back, once', async (backup, onChain) => {
    await goBackTo(backup, onChain);
    const id = backup === 'refunded' ? unwanted : wanted;
    const before = await on.balance(ann);
    // Right after the start, before anybody has looked at the chain.
    await ann.ask.delete(`/coins/withdrawals/${id}`);
    expect(await on.balance(ann)).toBe(before);
    const runbook = new Runbook(on, admin);
    for (const looks of [on.tick, on.tick, () => runbook.follow()]) {
      await looks();
      expect((await on.paymentsTo(ann)).length + (await refundsSince(backup))).toBeLessThanOrEqual(1);
    }
    expect((await on.withdrawal(ann, id)).state).toMatch(/^(confirmed|refunded)$/);
    expect(await on.marks()).toMatchObject({ halted: false });
    expect(await on.violations()).toEqual([]);
    const total = (await on.balance(ann)) + (await on.onChain(ann));
    // What was asked for after the backup is not in its books: it shows as a loss that somebody had to book.
    const lost = backup === 'refunded' ? await on.onChain(ann) : 0;
    expect(total - lost).toBe(endowment);
    expect((await done(ann.ask.get('/coins/supply'))).lostUnits).toBe(String(unitsOf(lost)));
    if (lost > 0) expect(runbook.refusals).toContain('PAYMENTS_UNEXPLAINED');
  });
});
