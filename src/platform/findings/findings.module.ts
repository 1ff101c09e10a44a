import { Global, Module } from '@nestjs/common';
import { FindingSources } from './finding-sources';

/** Modules register here what they report to administrators. Operations shows it. */
@Global()
@Module({ providers: [FindingSources], exports: [FindingSources] })
export class FindingsModule {}
