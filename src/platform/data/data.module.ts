import { Global, Module } from '@nestjs/common';
import { CopyChecks } from './copy-checks';
import { DataRegistry } from './data-registry';

/** Where every module says what it keeps; operations reads it. */
@Global()
@Module({ providers: [DataRegistry, CopyChecks], exports: [DataRegistry, CopyChecks] })
export class DataModule {}
