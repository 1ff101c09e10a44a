import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnswerCache } from './answer-cache';
import { CacheServer } from './cache-server';
import { ContentVersion } from './content-version.entity';
import { SharedCounts } from './shared-counts';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([ContentVersion])],
  providers: [CacheServer, AnswerCache, SharedCounts],
  exports: [AnswerCache, SharedCounts],
})
export class CacheModule {}
