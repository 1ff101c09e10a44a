import type { MigrationInterface, QueryRunner } from 'typeorm';
import { oneOf } from '../src/platform/database/schema/schema';
import { addConstraint, dropConstraint } from '../src/platform/database/schema/schema-changes';

const before = ['retry', 'cancel', 'refund', 'settle', 'halt', 'resume'];
const listed = (actions: string[]) => oneOf('rewards_chain_decision_action_listed', 'action', actions);

/** Allows an administrator to decide that a withdrawal is paid although its account is closed. */
export class DecisionToPay1764000007310 implements MigrationInterface {
  name = 'DecisionToPay1764000007310';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await replace(runner, [...before, 'pay']);
  }

  /** Throws before any change if such decisions exist because the older check constraint does not allow them. */
  async down(runner: QueryRunner): Promise<void> {
    const decided: unknown[] = await runner.query(`SELECT id FROM rewards_chain_decision WHERE action = 'pay' LIMIT 1`);
    if (decided.length > 0) throw new Error('There are decisions to pay, which the schema before does not know');
    await replace(runner, before);
  }
}

async function replace(runner: QueryRunner, actions: string[]): Promise<void> {
  await dropConstraint(runner, 'rewards_chain_decision', listed(actions));
  await addConstraint(runner, 'rewards_chain_decision', listed(actions));
}
