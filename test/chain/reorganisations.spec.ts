import { keccak256, type Wallet } from 'ethers';
import { unitsOf } from '../../src/modules/chain/settings/token';
import { int, text } from '../../src/platform/database/columns';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { SchoolOnChain, type Holder } from './school-on-chain';

const finalDepths = process.env.TEST_LONG ? [4, 8, 16] : [4];
const numbersUpTo = (deepest: number): number[] => Array.from({ length: deepest }, (_, index) => index + 1);
const maxBlocks = 300;
const environmentFor = (confirmations: number) => ({
  ...{ CHAIN_CONFIRMATIONS: String(confirmations), CHAIN_STUCK_SECONDS: '1' },
});

for (const confirmations of finalDepths)
  describeOnChain(`reorganisations with ${confirmations} confirmations`, () => {
    let chain: LocalChain;
    let school: SchoolOnChain;
    let ann: Holder;
    const counts = { reorganisations: 0, tooEarly: 0 };
    const open = async (): Promise<void> => {
      chain = await LocalChain.start({ automine: false });
      for (const person of outsiders(chain)) await chain.fund(person.address, 1_000n);
      await chain.fund(chain.wallets[0]!.address, unitsOf(5_000));
      await chain.mine(confirmations + 2);
      school = await SchoolOnChain.open(chain, { environment: environmentFor(confirmations) });
      school.advanceClock(0);
      await school.poll();
      ann = await school.createHolder(20_000);
    };
    const close = async (): Promise<void> => {
      await school.close();
      await chain.stop();
    };
    beforeAll(open, 60_000);
    // A new chain after many blocks, because anvil deletes the old state and a reorganisation would find an empty contract.
    beforeEach(async () => {
      if ((await chain.head()).number < maxBlocks) return;
      await close();
      await open();
    }, 60_000);
    afterAll(async () => {
      await close();
      const { reorganisations, tooEarly } = counts;
      console.log(`${reorganisations} reorganisations of depth 1 to ${confirmations}: ${tooEarly} wrong or early`);
    });
    afterEach(async () => {
      expect(counts.tooEarly).toBe(0);
      expect(await school.listViolations()).toEqual([]);
    });

    const reorg = async (depth: number, branch: string[][] = []): Promise<void> => {
      await chain.reorg(depth, branch);
      counts.reorganisations += 1;
      await school.poll();
    };

    /** A withdrawal whose payment is `depth` blocks deep, counting its own block. */
    async function createPaid(depth: number): Promise<number> {
      const id = await school.withdraw(ann, 40);
      await school.poll();
      await school.mine(depth);
      expect(await stateOf(id)).toMatchObject({ state: 'mined' });
      return id;
    }

    async function createDeposit(coins: number, depth: number): Promise<{ raw: string; txHash: string }> {
      const raw = await signDeposit(coins);
      await chain.send('eth_sendRawTransaction', [raw]);
      await school.mine(depth);
      expect(await depositsOf(keccak256(raw))).toMatchObject([{ state: 'seen', amount: coins }]);
      return { raw, txHash: keccak256(raw) };
    }

    const signDeposit = async (coins: number): Promise<string> => {
      const nonce = await chain.provider.getTransactionCount(ann.wallet.address);
      return chain.signTransfer(ann.wallet, chain.treasury, unitsOf(coins), { nonce });
    };

    /** Mines until the block of the transaction is final, and counts if it is settled before. */
    async function untilFinal(txHash: string, isDone: () => Promise<boolean>): Promise<void> {
      const { blockNumber } = (await chain.provider.getTransactionReceipt(txHash))!;
      while ((await chain.head()).number - blockNumber < confirmations) {
        if (await isDone()) counts.tooEarly += 1;
        await school.mine();
      }
      expect(await isDone()).toBe(true);
    }

    const expectConfirmedOnce = async (id: number, txHash: string, before: string[]): Promise<void> => {
      await untilFinal(txHash, async () => (await stateOf(id)).state === 'confirmed');
      expect(await stateOf(id)).toMatchObject({ txHash });
      expect(await school.listPaymentHashes(ann)).toEqual([...before, txHash]);
    };

    const stateOf = async (id: number) =>
      (await school.app.database.row(
        { state: text, txHash: text, blockHash: text },
        'SELECT state, tx_hash AS "txHash", block_hash AS "blockHash" FROM rewards_withdrawal WHERE id = $1',
        [id],
      ))!;

    const depositsOf = (txHash: string) =>
      school.app.database.rows(
        { state: text, amount: int },
        'SELECT state, amount FROM rewards_deposit WHERE tx_hash = $1',
        [txHash],
      );

    const newestAttemptOf = async (id: number) => (await school.listAttempts(id)).at(-1)!;

    test.each(numbersUpTo(confirmations))(
      'a payment that a reorganisation of depth %i moves to another block is confirmed once',
      async (depth) => {
        const before = await school.listPaymentHashes(ann);
        const id = await createPaid(depth);
        const { blockHash } = await stateOf(id);
        const { raw, txHash } = await newestAttemptOf(id);
        const later = depth > 1 ? [[]] : [];
        await reorg(depth, [...later, [...(await signOutsiderTransfers(chain)), raw]]);
        const receipt = (await chain.provider.getTransactionReceipt(txHash))!;
        expect(receipt.logs[0]!.index).toBe(2);
        const now = await stateOf(id);
        expect(now).toMatchObject({ state: 'mined', txHash, blockHash: receipt.blockHash });
        expect(now.blockHash).not.toBe(blockHash);
        await expectConfirmedOnce(id, txHash, before);
      },
    );

    test.each(numbersUpTo(confirmations))(
      'a payment that a reorganisation of depth %i drops is sent again and paid once',
      async (depth) => {
        const before = await school.listPaymentHashes(ann);
        const id = await createPaid(depth);
        const { txHash } = await newestAttemptOf(id);
        await reorg(depth);
        expect(await stateOf(id)).toMatchObject({ state: 'broadcast', blockHash: '' });
        expect(await school.listPaymentHashes(ann)).toEqual(before);
        expect((await chain.pool()).pending).toEqual([]);
        school.advanceClock(0.5);
        await school.poll();
        expect((await chain.pool()).pending).toEqual([txHash]);
        await school.mine();
        expect(await stateOf(id)).toMatchObject({ state: 'mined' });
        await expectConfirmedOnce(id, txHash, before);
      },
    );

    test.each(numbersUpTo(confirmations))(
      'a withdrawal that a reorganisation of depth %i pays by an earlier attempt is confirmed once',
      async (depth) => {
        const before = await school.listPaymentHashes(ann);
        const id = await school.withdraw(ann, 40);
        await school.poll();
        school.advanceClock(2);
        await school.poll();
        const [first, second] = await school.listAttempts(id);
        await school.mine(depth);
        expect(await stateOf(id)).toMatchObject({ state: 'mined', txHash: second!.txHash });
        await reorg(depth, [[first!.raw]]);
        expect(await stateOf(id)).toMatchObject({ state: 'mined', txHash: first!.txHash });
        await expectConfirmedOnce(id, first!.txHash, before);
      },
    );

    test.each(numbersUpTo(confirmations))(
      'a deposit that a reorganisation of depth %i moves is credited once',
      async (depth) => {
        const balance = await school.balance(ann);
        const { raw, txHash } = await createDeposit(12, depth);
        const later = depth > 1 ? [[]] : [];
        await reorg(depth, [...later, [...(await signOutsiderTransfers(chain)), raw]]);
        expect((await chain.provider.getTransactionReceipt(txHash))!.logs[0]!.index).toBe(2);
        expect(await depositsOf(txHash)).toMatchObject([{ state: 'seen' }]);
        await untilFinal(txHash, async () => (await school.balance(ann)) !== balance);
        await school.mine(2);
        expect(await school.balance(ann)).toBe(balance + 12);
        expect(await depositsOf(txHash)).toMatchObject([{ state: 'credited' }]);
      },
    );

    test.each(numbersUpTo(confirmations))(
      'a deposit that a reorganisation of depth %i removes is never credited',
      async (depth) => {
        const balance = await school.balance(ann);
        const { txHash } = await createDeposit(13, depth);
        await reorg(depth);
        expect(await depositsOf(txHash)).toEqual([]);
        for (let block = 0; block < confirmations + 2; block++) await school.mine();
        expect(await school.balance(ann)).toBe(balance);
      },
    );

    test.each(numbersUpTo(confirmations))(
      'if a reorganisation of depth %i replaces a deposit by another one, only the other one is credited',
      async (depth) => {
        const balance = await school.balance(ann);
        const nonce = await chain.provider.getTransactionCount(ann.wallet.address);
        const { txHash } = await createDeposit(14, depth);
        const replacement = await chain.signTransfer(ann.wallet, chain.treasury, unitsOf(5) + 7n, { nonce });
        await reorg(depth, [[replacement]]);
        expect(await depositsOf(txHash)).toEqual([]);
        await untilFinal(keccak256(replacement), async () => (await school.balance(ann)) !== balance);
        expect(await school.balance(ann)).toBe(balance + 5);
      },
    );
  });

const outsiders = ({ wallets }: LocalChain) => wallets.slice(6, 8);

/** Transfers between other people, so that the block contains other logs before the log of the school. */
function signOutsiderTransfers(chain: LocalChain): Promise<string[]> {
  const [first, second] = outsiders(chain) as [Wallet, Wallet];
  return Promise.all(
    [first, second].map(async (from) => {
      const nonce = await chain.provider.getTransactionCount(from.address);
      const to = from === first ? second.address : first.address;
      return chain.signTransfer(from, to, 1n, { nonce });
    }),
  );
}
