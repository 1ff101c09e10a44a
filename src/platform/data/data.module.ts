import { Global, Module } from '@nestjs/common';
import { DataRegistry } from './data-registry';

/** Modules register here how their data is exported and imported. Operations reads it. */
@Global()
@Module({ providers: [DataRegistry], exports: [DataRegistry] })
export class DataModule {}
