import { Module } from '@nestjs/common';
import { migrations } from '../migrations';
import { chainSettings, ChainModule } from './modules/chain';
import { courseSettings, CoursesModule } from './modules/courses';
import { NotificationsModule, readInDemoSchool } from './modules/notifications';
import { ProgressModule } from './modules/progress';
import { rewardSettings, RewardsModule } from './modules/rewards';
import { userSettings, UsersModule } from './modules/users';
import { OperationsModule } from './operations/operations.module';
import { Config, type Environment } from './platform/config/config';
import { PlatformModule } from './platform/platform.module';
import type { Application, Extension } from './platform/process/extension';
import { loadExtensions } from './platform/process/extension-loader';

/**
 * Everything that the application is made of: the modules, lowest first, and the tools of operators. A new module is one more entry here, or a package that
 * TEOART_EXTENSIONS names; the server, the worker and the command line all start from this list.
 */
export const modules: readonly Extension[] = [
  {
    module: UsersModule,
    settings: userSettings,
    tags: {
      Auth: 'Signing up, in and out.',
      Me: 'What belongs to the caller.',
      Users: 'People as others see them.',
      Teachers: 'Who may teach, decided by an administrator.',
    },
  },
  {
    module: CoursesModule,
    settings: courseSettings,
    tags: {
      Courses: 'Courses and their publication.',
      Lessons: 'The lessons of a course, in order.',
      Exercises: 'Quizzes and assignments of a lesson.',
    },
  },
  {
    module: ProgressModule,
    tags: { Progress: 'Enrolments, completions, attempts, submissions and grades.' },
  },
  {
    module: RewardsModule,
    settings: rewardSettings,
    tags: {
      Coins: 'TeoCoins: balances, history, transfers, withdrawals and deposits.',
      Rewards: 'What earns coins, and achievements.',
    },
  },
  {
    module: ChainModule,
    settings: chainSettings,
    tags: {
      Wallets: 'Addresses on the chain that people have shown to be theirs.',
      Chain: 'How the coin’s chain stands, and what administrators decide where it does not go on by itself.',
    },
  },
  {
    module: NotificationsModule,
    tags: { Notifications: 'What a person was told.' },
    demo: readInDemoSchool,
  },
  {
    module: OperationsModule,
    tags: {
      Operations: 'The database and the jobs, for administrators; `/operations` shows them.',
      Health: 'For balancers and monitors.',
    },
  },
];

@Module({})
export class AppModule {}

/** The application of the list above and of the packages that TEOART_EXTENSIONS names. @throws InvalidConfiguration */
export function assemble(decided: Environment = {}): Application {
  const extensions = loadExtensions(Config.ofProcess(decided).settings.TEOART_EXTENSIONS);
  const parts = [...modules, ...extensions].flatMap(({ settings }) => settings ?? []);
  return applicationOf(Config.ofProcess(decided, parts), extensions);
}

/** The same for settings and extensions that are known already. */
export function applicationOf(config: Config, extensions: readonly Extension[] = []): Application {
  const list = [...modules, ...extensions];
  const schema = [...migrations, ...extensions.flatMap((extension) => extension.migrations ?? [])];
  const imports = [PlatformModule.of(config, schema), ...list.map(({ module }) => module)];
  return {
    config,
    module: { module: AppModule, imports },
    migrations: schema,
    tags: Object.assign({}, ...list.map(({ tags }) => tags)) as Record<string, string>,
    demo: list.flatMap(({ demo }) => demo ?? []),
  };
}
