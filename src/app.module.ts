import { Module } from '@nestjs/common';
import { migrations } from '../migrations';
import { AdministrationModule } from './modules/administration';
import { chainSettings, ChainModule } from './modules/chain';
import { courseSettings, CoursesModule } from './modules/courses';
import { markNotificationsReadInDemoSchool, NotificationsModule, pushSettings } from './modules/notifications';
import { ProgressModule } from './modules/progress';
import { rewardSettings, RewardsModule } from './modules/rewards';
import { userSettings, UsersModule } from './modules/users';
import { OperationsModule } from './operations/operations.module';
import { Config, type Environment } from './platform/config/config';
import { FilesModule } from './platform/files/files.module';
import { PlatformModule } from './platform/platform.module';
import type { Application, Extension } from './platform/process/extension';
import { loadExtensions } from './platform/process/extension-loader';

/**
 * The modules of the application in the order of their dependencies, and the tools of operators. A new module is one more entry
 * here, or a package that TEOART_EXTENSIONS names. The server, the worker and the command line all start from this list.
 */
export const modules: readonly Extension[] = [
  {
    module: FilesModule,
    tags: { Files: 'Files that people upload: pictures and documents.' },
  },
  {
    module: UsersModule,
    settings: userSettings,
    tags: {
      Auth: 'Registration, sign-in and sign-out.',
      Me: 'The account of the caller.',
      Users: 'Public profiles.',
      Teachers: 'Approval of teachers by an administrator.',
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
      Rewards: 'Rewards and achievements.',
    },
  },
  {
    module: ChainModule,
    settings: chainSettings,
    tags: {
      Wallets: 'Chain addresses whose owners have proved that they own them.',
      Chain:
        'The state of the coin’s chain, and the decisions of administrators where it cannot continue automatically.',
    },
  },
  { module: AdministrationModule },
  {
    module: NotificationsModule,
    settings: pushSettings,
    tags: {
      Notifications: 'The notifications of the caller.',
      Webhooks: 'Other systems of the school, which get notifications as signed requests.',
    },
    demo: markNotificationsReadInDemoSchool,
  },
  {
    module: OperationsModule,
    tags: {
      Operations: 'The database and the jobs, for administrators. The page `/operations` shows them.',
      Health: 'Checks for load balancers and monitors.',
    },
  },
];

@Module({})
export class AppModule {}

/** Assembles the application from the modules above and the packages that TEOART_EXTENSIONS names. @throws InvalidConfiguration */
export function assemble(overrides: Environment = {}): Application {
  const extensions = loadExtensions(Config.extensionsOfProcess(overrides));
  const settingsParts = [...modules, ...extensions].flatMap(({ settings }) => settings ?? []);
  return applicationOf(Config.ofProcess(overrides, settingsParts), extensions);
}

/** Assembles the application from these settings, the modules above and these extensions. */
export function applicationOf(config: Config, extensions: readonly Extension[] = []): Application {
  const allModules = [...modules, ...extensions];
  const allMigrations = [...migrations, ...extensions.flatMap((extension) => extension.migrations ?? [])];
  const imports = [PlatformModule.of(config, allMigrations), ...allModules.map(({ module }) => module)];
  return {
    config,
    module: { module: AppModule, imports },
    migrations: allMigrations,
    tags: Object.assign({}, ...allModules.map(({ tags }) => tags)) as Record<string, string>,
    demo: allModules.flatMap(({ demo }) => demo ?? []),
  };
}
