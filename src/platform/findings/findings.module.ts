import { Global, Module } from '@nestjs/common';
import { FindingSources } from './finding-sources';

/** Where every module says what is wrong with its part of a running school; operations shows it. */
@Global()
@Module({ providers: [FindingSources], exports: [FindingSources] })
export class FindingsModule {}
