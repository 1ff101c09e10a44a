import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import type { MigrationInterface } from 'typeorm';
import type { Config, Environment } from '../config/config';
import type { SettingsPart } from '../config/settings-part';

export type MigrationClass = new () => MigrationInterface;

/**
 * A module of the application with its migrations, tags and settings. A separate package can add a module too: it exports it as
 * `extension`, and the setting TEOART_EXTENSIONS names the package.
 */
export interface Extension {
  module: Type;
  /** The name of each migration must end in a later timestamp than those of the application's migrations. */
  migrations?: readonly MigrationClass[];
  /** The tags of its routes in the documentation, with their descriptions. */
  tags?: Record<string, string>;
  settings?: SettingsPart;
  /** Adds the module's data to the demo school, after the history of the school is loaded and its events are delivered. */
  demo?: DemoAddition;
}

export interface DemoSchool {
  studentIds: readonly number[];
  /** The time of the last visit of a student in the history of the demo school. */
  lastVisit: Date;
}

export type DemoAddition = (context: INestApplicationContext, demo: DemoSchool) => Promise<void>;

/** The application that a process runs, assembled once at its start. */
export interface Application {
  readonly config: Config;
  readonly module: DynamicModule;
  readonly migrations: readonly MigrationClass[];
  readonly tags: Record<string, string>;
  readonly demo: readonly DemoAddition[];
}

/** Assembles the application. `overrides` are settings that the program sets itself. */
export type Assemble = (overrides?: Environment) => Application;
