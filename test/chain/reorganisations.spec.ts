import { keccak256 } from 'ethers';
import { unitsOf } from '../../src/modules/chain/settings/token';
import { int, text } from '../../src/platform/database/columns';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { SchoolOnChain, type Holder } from './school-on-chain';

const finalDepths = process.env.TEST_LONG ? [4, 8, 16] : [4];
const upTo = (deepest: number): number[] => Array.from({ length: deepest }, (_, index) => index + 1);
const mostBlocks = 300;
const environmentFor = (confirmations: number) => ({
  ...{ CHAIN_CONFIRMATIONS: String(confirmations), CHAIN_STUCK_SECONDS: '1' },
});

for (const confirmations of finalDepths)
  describeOnChain(`where ${confirmations} blocks make a payment final, a reorganisation`, () => {
    let chain: LocalChain;
    let on: SchoolOnChain;
    let ann: Holder;
    const done = { reorganisations: 0, tooEarly: 0 };
    const open = async (): Promise<void> => {
      chain = await LocalChain.start({ automine: false });
      for (const stranger of strangers(chain)) await chain.fund(stranger.address, 1_000n);
      await chain.fund(chain.wallets[0]!.address, unitsOf(5_000));
      await chain.mine(confirmations + 2);
      on = await SchoolOnChain.open(chain, { environment: environmentFor(confirmations) });
      on.later(0);
      await on.tick();
      ann = await on.holder(20_000);
    };
    const close = async (): Promise<void> => {
      await on.close();
      await chain.stop();
    };
    beforeAll(open, 60_000);
    // anvil forgets what the contract held many blocks ago, and a reorganisation then takes it for empty.
    beforeEach(async () => {
      if ((await chain.head()).number < mostBlocks) return;
      await close();
      await open();
    }, 60_000);
    afterAll(async () => {
      await close();
      const { reorganisations, tooEarly } = done;
      console.log(`${reorganisations} reorganisations of depth 1 to ${confirmations}: ${tooEarly} wrong or early`);
    });
    afterEach(async () => {
      expect(done.tooEarly).toBe(0);
      expect(await on.violations()).toEqual([]);
    });

    const reorg = async (depth: number, branch: string[][] = []): Promise<void> => {
      await chain.reorg(depth, branch);
      done.reorganisations += 1;
      await on.tick();
    };

    /** A withdrawal whose payment lies `depth` blocks deep, with the block's own counted. */
    async function paid(depth: number): Promise<number> {
      const id = await on.withdraws(ann, 40);
      await on.tick();
      await on.mine(depth);
      expect(await stateOf(id)).toMatchObject({ state: 'mined' });
      return id;
    }

    async function deposited(coins: number, depth: number): Promise<{ raw: string; txHash: string }> {
      const raw = await deposit(coins);
      await chain.send('eth_sendRawTransaction', [raw]);
      await on.mine(depth);
      expect(await depositsOf(keccak256(raw))).toMatchObject([{ state: 'seen', amount: coins }]);
      return { raw, txHash: keccak256(raw) };
    }

    const deposit = async (coins: number): Promise<string> => {
      const nonce = await chain.provider.getTransactionCount(ann.wallet.address);
      return chain.signTransfer(ann.wallet, chain.treasury, unitsOf(coins), { nonce });
    };

    /** Mines until the block of a transaction is final, and sees that nothing is done before. */
    async function untilFinal(txHash: string, isDone: () => Promise<boolean>): Promise<void> {
      const { blockNumber } = (await chain.provider.getTransactionReceipt(txHash))!;
      while ((await chain.head()).number - blockNumber < confirmations) {
        if (await isDone()) done.tooEarly += 1;
        await on.mine();
      }
      expect(await isDone()).toBe(true);
    }

    const confirmedOnce = async (id: number, txHash: string, before: string[]): Promise<void> => {
      await untilFinal(txHash, async () => (await stateOf(id)).state === 'confirmed');
      expect(await stateOf(id)).toMatchObject({ txHash });
      expect(await on.paymentsTo(ann)).toEqual([...before, txHash]);
    };

    const stateOf = async (id: number) =>
      (await on.school.database.row(
        { state: text, txHash: text, blockHash: text },
        'SELECT state, tx_hash AS "txHash", block_hash AS "blockHash" FROM rewards_withdrawal WHERE id = $1',
        [id],
      ))!;

    const depositsOf = (txHash: string) =>
      on.school.database.rows(
        { state: text, amount: int },
        'SELECT state, amount FROM rewards_deposit WHERE tx_hash = $1',
        [txHash],
      );

    const newestOf = async (id: number) => (await on.attempts(id)).at(-1)!;

    test.each(upTo(confirmations))('of depth %i puts a payment into another block, behind others', async (depth) => {
      const before = await on.paymentsTo(ann);
      const id = await paid(depth);
      const { blockHash } = await stateOf(id);
      const { raw, txHash } = await newestOf(id);
      const later = depth > 1 ? [[]] : [];
      await reorg(depth, [...later, [...(await transfersAmong(chain)), raw]]);
      const receipt = (await chain.provider.getTransactionReceipt(txHash))!;
      expect(receipt.logs[0]!.index).toBe(2);
      const now = await stateOf(id);
      expect(now).toMatchObject({ state: 'mined', txHash, blockHash: receipt.blockHash });
      expect(now.blockHash).not.toBe(blockHash);
      await confirmedOnce(id, txHash, before);
    });

    test.each(upTo(confirmations))('of depth %i drops a payment: it is sent again, and paid once', async (depth) => {
      const before = await on.paymentsTo(ann);
      const id = await paid(depth);
      const { txHash } = await newestOf(id);
      await reorg(depth);
      expect(await stateOf(id)).toMatchObject({ state: 'broadcast', blockHash: '' });
      expect(await on.paymentsTo(ann)).toEqual(before);
      expect((await chain.pool()).pending).toEqual([]);
      on.later(0.5);
      await on.tick();
      expect((await chain.pool()).pending).toEqual([txHash]);
      await on.mine();
      expect(await stateOf(id)).toMatchObject({ state: 'mined' });
      await confirmedOnce(id, txHash, before);
    });

    test.each(upTo(confirmations))('of depth %i pays with an earlier, cheaper attempt', async (depth) => {
      const before = await on.paymentsTo(ann);
      const id = await on.withdraws(ann, 40);
      await on.tick();
      on.later(2);
      await on.tick();
      const [first, second] = await on.attempts(id);
      await on.mine(depth);
      expect(await stateOf(id)).toMatchObject({ state: 'mined', txHash: second!.txHash });
      await reorg(depth, [[first!.raw]]);
      expect(await stateOf(id)).toMatchObject({ state: 'mined', txHash: first!.txHash });
      await confirmedOnce(id, first!.txHash, before);
    });

    test.each(upTo(confirmations))('of depth %i moves a deposit behind others: credited once', async (depth) => {
      const balance = await on.balance(ann);
      const { raw, txHash } = await deposited(12, depth);
      const later = depth > 1 ? [[]] : [];
      await reorg(depth, [...later, [...(await transfersAmong(chain)), raw]]);
      expect((await chain.provider.getTransactionReceipt(txHash))!.logs[0]!.index).toBe(2);
      expect(await depositsOf(txHash)).toMatchObject([{ state: 'seen' }]);
      await untilFinal(txHash, async () => (await on.balance(ann)) !== balance);
      await on.mine(2);
      expect(await on.balance(ann)).toBe(balance + 12);
      expect(await depositsOf(txHash)).toMatchObject([{ state: 'credited' }]);
    });

    test.each(upTo(confirmations))('of depth %i takes a deposit back: never credited', async (depth) => {
      const balance = await on.balance(ann);
      const { txHash } = await deposited(13, depth);
      await reorg(depth);
      expect(await depositsOf(txHash)).toEqual([]);
      for (let block = 0; block < confirmations + 2; block++) await on.mine();
      expect(await on.balance(ann)).toBe(balance);
    });

    test.each(upTo(confirmations))('of depth %i replaces a deposit: what is final is credited', async (depth) => {
      const balance = await on.balance(ann);
      const nonce = await chain.provider.getTransactionCount(ann.wallet.address);
      const { txHash } = await deposited(14, depth);
      const other = await chain.signTransfer(ann.wallet, chain.treasury, unitsOf(5) + 7n, { nonce });
      await reorg(depth, [[other]]);
      expect(await depositsOf(txHash)).toEqual([]);
      await untilFinal(keccak256(other), async () => (await on.balance(ann)) !== balance);
      expect(await on.balance(ann)).toBe(balance + 5);
    });
  });

const strangers = ({ wallets }: LocalChain) => wallets.slice(6, 8);

/** Transfers that are nothing to the school: each is a log before ours in the block. */
function transfersAmong(chain: LocalChain): Promise<string[]> {
  const [one, other] = strangers(chain);
  return Promise.all(
    [one!, other!].map(async (from) => {
      const nonce = await chain.provider.getTransactionCount(from.address);
      return chain.signTransfer(from, from === one ? other!.address : one!.address, 1n, { nonce });
    }),
  );
}
