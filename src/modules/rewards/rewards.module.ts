import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Achievement } from './achievement.entity';
import { TeocoinTransaction } from './teocoin-transaction.entity';

@Module({ imports: [TypeOrmModule.forFeature([TeocoinTransaction, Achievement])] })
export class RewardsModule {}
