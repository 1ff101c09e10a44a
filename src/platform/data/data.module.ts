import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataRegistry } from './data-registry';
import { Dumper } from './dumper';
import { Flush } from './flush';
import { Loader } from './loader';
import { OriginalValue } from './original-value.entity';

/** Data in and out, for every module that says what it keeps. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([OriginalValue])],
  providers: [DataRegistry, Loader, Dumper, Flush],
  exports: [DataRegistry, Loader, Dumper, Flush],
})
export class DataModule {}
