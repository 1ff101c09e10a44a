import { Global, Module } from '@nestjs/common';
import { CopyChecks } from './copy-checks';
import { DataRegistry } from './data-registry';
import { OriginalValues } from './original-values';

/** Modules register here how their data is exported and imported, and the operations module uses these rules. */
@Global()
@Module({ providers: [DataRegistry, CopyChecks, OriginalValues], exports: [DataRegistry, CopyChecks, OriginalValues] })
export class DataModule {}
