import { DynamicModule, Module, type Type } from '@nestjs/common';
import type { MigrationInterface } from 'typeorm';
import { migrations } from '../migrations';
import { ChainModule } from './modules/chain';
import { CoursesModule } from './modules/courses';
import { NotificationsModule } from './modules/notifications';
import { ProgressModule } from './modules/progress';
import { RewardsModule } from './modules/rewards';
import { UsersModule } from './modules/users';
import { OperationsModule } from './operations/operations.module';
import type { Config } from './platform/config/config';
import { PlatformModule } from './platform/platform.module';

/** What another team adds: its module, its migrations, the tags of its routes. */
export interface Extension {
  module: Type;
  migrations?: (new () => MigrationInterface)[];
  tags?: Record<string, string>;
}

@Module({})
export class AppModule {
  static of(config: Config, extensions: Extension[] = []): DynamicModule {
    const schema = [...migrations, ...extensions.flatMap((extension) => extension.migrations ?? [])];
    return {
      module: AppModule,
      imports: [
        PlatformModule.of(config, schema),
        OperationsModule,
        UsersModule,
        CoursesModule,
        ProgressModule,
        RewardsModule,
        ChainModule,
        NotificationsModule,
        ...extensions.map((extension) => extension.module),
      ],
    };
  }
}
