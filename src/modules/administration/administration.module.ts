import { Module } from '@nestjs/common';
import { ChainModule } from '../chain';
import { ProgressModule } from '../progress';
import { RewardsModule } from '../rewards';
import { UsersModule } from '../users';
import { PersonOverviewController } from './person-overview.controller';

/** Pages for administrators that need several modules. It has no tables, and no module imports it. */
@Module({
  imports: [UsersModule, ProgressModule, RewardsModule, ChainModule],
  controllers: [PersonOverviewController],
})
export class AdministrationModule {}
