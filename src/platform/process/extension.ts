import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import type { MigrationInterface } from 'typeorm';
import type { Config, Environment } from '../config/config';
import type { SettingsPart } from '../config/settings-part';

export type MigrationClass = new () => MigrationInterface;

/**
 * A module with its migrations, tags and settings, as the application lists it. A separate package exports one as `extension` and
 * is named in TEOART_EXTENSIONS.
 */
export interface Extension {
  module: Type;
  /** Each must have a later number than the application's migrations. */
  migrations?: readonly MigrationClass[];
  /** The tags of its routes in the documentation, with their descriptions. */
  tags?: Record<string, string>;
  settings?: SettingsPart;
  /** Adds the module's data to the demo school, after its history is loaded and its events are delivered. */
  demo?: DemoAddition;
}

export interface DemoSchool {
  studentIds: readonly number[];
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
