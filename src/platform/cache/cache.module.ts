import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnswerCache } from './answer-cache';
import { CacheServer } from './cache-server';
import { ContentVersion } from './content-version.entity';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([ContentVersion])],
  providers: [CacheServer, AnswerCache],
  exports: [CacheServer, AnswerCache],
})
export class CacheModule {}
