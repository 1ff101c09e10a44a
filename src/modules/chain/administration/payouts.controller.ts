import { Body, Controller, Get, Put, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { RequiresRecentProof } from '../../../platform/auth/route-access';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { requireTreasurer } from '../../rewards';
import { ChainNotConfigured } from '../chain.errors';
import { ChainGuard } from '../chain.guard';
import { PaymentsUnexplained, PayoutBooked, PayoutNotFound } from './administration.errors';
import { Payouts } from './payouts';
import {
  PayoutBookingOrder,
  showPayout,
  UnorderedPayout,
  UnorderedPayoutPage,
  UnorderedPayoutQuery,
} from './payouts.dto';
import { UnorderedPayouts } from './payouts.query';

const newestFirst = keyset('chain-payouts:newest', [z.int()]);
const tag = 'Chain';

/** Payments out of the treasury that belong to no withdrawal. */
@Controller('coins/chain/payouts')
@UseGuards(ChainGuard)
export class PayoutsController {
  constructor(
    private readonly payouts: Payouts,
    private readonly query: UnorderedPayouts,
  ) {}

  @Get()
  @Route({
    summary: 'List payments that belong to no withdrawal, newest first',
    access: 'administrators',
    description: 'The audit and the supply report each of them until it is settled or booked as lost.',
    response: UnorderedPayoutPage,
    errors: [Forbidden, ChainNotConfigured],
    tag,
  })
  async listPayouts(
    @CurrentActor() actor: Actor,
    @Query({ schema: UnorderedPayoutQuery }) { cursor, limit, withTotal, isBooked }: UnorderedPayoutQuery,
  ): Promise<Page<UnorderedPayout>> {
    requireTreasurer(actor);
    const before = newestFirst.read(cursor)?.[0];
    const rows = await this.query.list({ before, isBooked, count: limit + 1 });
    const total = withTotal ? await this.query.count(isBooked) : undefined;
    return toPage(rows, limit, ({ id }) => newestFirst.after(id), showPayout, total);
  }

  @Put(':id/booking')
  @RequiresRecentProof()
  @Audited('chain.payout-booked')
  @Route({
    summary: 'Book a payment that belongs to no withdrawal as lost',
    access:
      'administrators whom the payment may not have paid, and who did not cancel a withdrawal that it may have paid',
    description:
      'From then on the audit and the supply do not count the coins of this payment. If a person got the coins ' +
      'twice, first take them back (`POST /rewards/adjustments`) and name the adjustment in the reason.',
    response: UnorderedPayout,
    errors: [Forbidden, PayoutNotFound, PayoutBooked, PaymentsUnexplained, ChainNotConfigured],
    tag,
  })
  async bookPayout(
    @CurrentActor() actor: Actor,
    @Id() id: number,
    @Body({ schema: PayoutBookingOrder }) { reason }: PayoutBookingOrder,
  ): Promise<UnorderedPayout> {
    requireTreasurer(actor);
    await this.payouts.book(id, { reason, actorId: actor.id });
    return showPayout(await this.query.get(id));
  }
}
