import { unitsOf } from '../../src/modules/chain/settings/token';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import type { Client } from '../support/school';
import { rowsAfter } from '../rewards/ledger-state';
import { confirmations, SchoolOnChain } from './school-on-chain';

/** A school with a confirmed payment, a credited deposit and a payment that is under way. */
class DeepReorganisation {
  private constructor(
    readonly chain: LocalChain,
    readonly school: SchoolOnChain,
    readonly admin: Client,
  ) {}

  static async prepare(): Promise<DeepReorganisation> {
    const chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 4);
    const on = await SchoolOnChain.open(chain);
    await on.poll();
    const [admin, ann, ben] = [await on.app.admin(), await on.createHolder(1_000), await on.createHolder(1_000)];
    await on.withdraw(ann, 100);
    await on.poll();
    await on.mine(2);
    await chain.transfer(ann.wallet, chain.treasury, unitsOf(30));
    await on.mine(confirmations);
    await on.withdraw(ben, 50);
    await on.mine();
    return new DeepReorganisation(chain, on, admin);
  }

  /** The data that a reorganisation deeper than finality must not change. */
  async snapshot() {
    const { final, finalHash, treasuryUnits } = await this.school.getCursor();
    return {
      final,
      finalHash,
      treasuryUnits,
      states: await this.school.listWithdrawals(),
      rows: await rowsAfter(this.school.app),
    };
  }

  async close(): Promise<void> {
    await this.school.close();
    await this.chain.stop();
  }
}

describeOnChain('reorganisations deeper than finality', () => {
  test.each([confirmations + 1, confirmations + 3])(
    'a reorganisation of %i blocks that removes the final block changes nothing and halts the wallet after three polls',
    async (depth) => {
      const deep = await DeepReorganisation.prepare();
      const before = await deep.snapshot();
      await deep.chain.reorg(depth);
      for (const pollNumber of [1, 2, 3, 4, 5]) {
        expect(await deep.school.reasonOfFailedPoll()).toContain('has another hash than the block settled as final');
        expect(await deep.school.getCursor()).toMatchObject({ halted: pollNumber >= 3, faults: pollNumber });
        expect(await deep.snapshot()).toEqual(before);
      }
      expect((await deep.school.getCursor()).why).toMatch(
        /Block \d+ was settled as final and is no longer on the chain/,
      );
      expect(await deep.school.listHaltMessages(deep.admin)).toHaveLength(1);
      console.log(
        `A reorganisation of ${depth} blocks where ${confirmations} are final: halted after 3 polls, nothing changed, notified once`,
      );
      await deep.close();
    },
    60_000,
  );
});
