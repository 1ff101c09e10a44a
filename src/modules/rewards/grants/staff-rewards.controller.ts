import { Body, Controller, Post } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Route } from '../../../platform/http/route';
import { Corrections } from '../ledger/corrections';
import { ConfirmationRequired } from './grants.errors';
import {
  Adjustment,
  audienceOf,
  BulkReward,
  BulkRewarded,
  CoinOperation,
  ManualReward,
  Reversal,
  showBulkReward,
  showOperation,
} from '../rewards.dto';
import {
  AlreadyReversed,
  BalanceTooLarge,
  InsufficientBalance,
  NotReversible,
  RecipientNotFound,
  TooManyRecipients,
  TransactionNotFound,
} from '../rewards.errors';
import { requireTreasurer } from '../rewards.policy';
import { StaffRewards } from './staff-rewards';

/** Administrators give coins, correct balances and reverse transactions. */
@Controller('rewards')
export class StaffRewardsController {
  constructor(
    private readonly staffRewards: StaffRewards,
    private readonly corrections: Corrections,
  ) {}

  @Post('manual')
  @Audited('rewards.coins-given', { object: ['users', 'userId'], keep: ['amount'] })
  @Route({
    summary: 'Give coins to a person',
    access: 'administrators, and never to oneself',
    description: 'Use POST /rewards/grants for more than your daily limit.',
    response: CoinOperation,
    status: 201,
    location: '/rewards/operations/{operationId}',
    errors: [Forbidden, ConfirmationRequired, RecipientNotFound, BalanceTooLarge],
    idempotent: true,
    keyRequired: true,
    tag: 'Rewards',
  })
  async giveReward(
    @CurrentActor() actor: Actor,
    @Body({ schema: ManualReward }) body: ManualReward,
  ): Promise<CoinOperation> {
    requireTreasurer(actor);
    const posted = await this.staffRewards.giveOne(body.userId, { ...body, actorId: actor.id });
    return showOperation([posted]);
  }

  @Post('bulk')
  @BodyLimit('long')
  @Audited('rewards.coins-given-to-many', { creates: 'operations', keep: ['amount', 'userIds', 'role'] })
  @Route({
    summary: 'Give the same coins to many people',
    access: 'administrators, and never to oneself',
    description: 'All recipients are paid, or none. Use POST /rewards/grants for more than your daily limit.',
    response: BulkRewarded,
    status: 201,
    location: '/rewards/operations/{operationId}',
    errors: [Forbidden, ConfirmationRequired, RecipientNotFound, TooManyRecipients, BalanceTooLarge],
    idempotent: true,
    keyRequired: true,
    tag: 'Rewards',
  })
  async giveBulkReward(
    @CurrentActor() actor: Actor,
    @Body({ schema: BulkReward }) body: BulkReward,
  ): Promise<BulkRewarded> {
    requireTreasurer(actor);
    const posted = await this.staffRewards.giveMany(audienceOf(body), { ...body, actorId: actor.id });
    return showBulkReward(posted);
  }

  @Post('adjustments')
  @Audited('rewards.balance-corrected', { object: ['users', 'userId'], keep: ['amount'] })
  @Route({
    summary: 'Correct a balance',
    access: 'administrators, and never for one’s own balance',
    description: 'A balance never becomes negative.',
    response: CoinOperation,
    status: 201,
    location: '/rewards/operations/{operationId}',
    errors: [Forbidden, ConfirmationRequired, RecipientNotFound, InsufficientBalance, BalanceTooLarge],
    idempotent: true,
    keyRequired: true,
    tag: 'Rewards',
  })
  async adjustBalance(
    @CurrentActor() actor: Actor,
    @Body({ schema: Adjustment }) body: Adjustment,
  ): Promise<CoinOperation> {
    requireTreasurer(actor);
    const { userId, amount, reason } = body;
    const posted = await this.corrections.adjust(userId, amount, { reason, actorId: actor.id });
    return showOperation([posted]);
  }

  @Post('reversals')
  @Audited('rewards.transaction-reversed', { object: ['transactions', 'transactionId'] })
  @Route({
    summary: 'Reverse a transaction',
    access: 'administrators, and never for one’s own transaction',
    description:
      'A new transaction refers to the reversed one. A transaction is reversed at most once, and a transfer is reversed on both sides.',
    response: CoinOperation,
    status: 201,
    location: '/rewards/operations/{operationId}',
    errors: [Forbidden, TransactionNotFound, NotReversible, AlreadyReversed, InsufficientBalance, BalanceTooLarge],
    idempotent: true,
    keyRequired: true,
    tag: 'Rewards',
  })
  async reverseTransaction(
    @CurrentActor() actor: Actor,
    @Body({ schema: Reversal }) body: Reversal,
  ): Promise<CoinOperation> {
    requireTreasurer(actor);
    const { transactionId, reason } = body;
    const posted = await this.corrections.reverse(transactionId, { reason, actorId: actor.id });
    return showOperation(posted);
  }
}
