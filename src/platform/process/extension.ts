import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import type { MigrationInterface } from 'typeorm';
import type { Config, Environment } from '../config/config';
import type { SettingsPart } from '../config/settings-part';

export type MigrationClass = new () => MigrationInterface;

/**
 * A module with all that it brings: one entry of the application's list. A package of another team exports one under the
 * name `extension`, and is named in TEOART_EXTENSIONS.
 */
export interface Extension {
  module: Type;
  /** Each has a later number than those of the application. */
  migrations?: readonly MigrationClass[];
  /** The groups of its routes in the documentation, each with a description. */
  tags?: Record<string, string>;
  settings?: SettingsPart;
  /** What the module adds to the demo school, once its history is there and its events are delivered. */
  demo?: DemoAddition;
}

export interface DemoSchool {
  studentIds: readonly number[];
  lastVisit: Date;
}

export type DemoAddition = (context: INestApplicationContext, demo: DemoSchool) => Promise<void>;

/** What a process runs: put together once, at its start. */
export interface Application {
  readonly config: Config;
  readonly module: DynamicModule;
  readonly migrations: readonly MigrationClass[];
  readonly tags: Record<string, string>;
  readonly demo: readonly DemoAddition[];
}

/** Puts the application together; `decided` are settings that a program decides for itself. */
export type Assemble = (decided?: Environment) => Application;
