import { Global, Module } from '@nestjs/common';
import { DataRegistry } from './data-registry';

/** Where every module says what it keeps; operations reads it. */
@Global()
@Module({ providers: [DataRegistry], exports: [DataRegistry] })
export class DataModule {}
