import { Global, Module } from '@nestjs/common';
import { DataRegistry } from './data-registry';
import { Dumper } from './dumper';
import { Flush } from './flush';
import { Loader } from './loader';

/** Data in and out, for every module that says what it keeps. */
@Global()
@Module({ providers: [DataRegistry, Loader, Dumper, Flush], exports: [DataRegistry, Loader, Dumper, Flush] })
export class DataModule {}
