import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProgressModule } from '../progress';
import { Achievement } from './achievements/achievement.entity';
import { Balances } from './balances';
import { Earnings } from './earnings';
import { Ledger } from './ledger';
import { PayWhatWasEarned } from './pay-what-was-earned';
import { TeocoinTransaction } from './teocoin-transaction.entity';

@Module({
  imports: [TypeOrmModule.forFeature([TeocoinTransaction, Achievement]), ProgressModule],
  providers: [Ledger, Balances, Earnings, PayWhatWasEarned],
  exports: [Ledger, Earnings],
})
export class RewardsModule {}
