import { Global, Module } from '@nestjs/common';
import { CopyChecks } from './copy-checks';
import { DataRegistry } from './data-registry';

/** Modules register here how their data is exported and imported. Operations reads it. */
@Global()
@Module({ providers: [DataRegistry, CopyChecks], exports: [DataRegistry, CopyChecks] })
export class DataModule {}
