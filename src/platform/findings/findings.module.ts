import { Global, Module } from '@nestjs/common';
import { FindingSources } from './finding-sources';

/** Modules register here the sources of their findings, and the operations module shows the findings to administrators. */
@Global()
@Module({ providers: [FindingSources], exports: [FindingSources] })
export class FindingsModule {}
