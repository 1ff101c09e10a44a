import type { ModuleMetadata, Type } from '@nestjs/common';

/** What a module needs of one of its folders. */
interface ModuleParts {
  entities?: Type[];
  controllers?: Type[];
  providers: NonNullable<ModuleMetadata['providers']>;
  /** Those of the providers that other modules may use. */
  exports?: NonNullable<ModuleMetadata['exports']>;
}

/** The lists of several folders as one. */
export const joinParts = (folders: readonly ModuleParts[]): Required<ModuleParts> => ({
  entities: folders.flatMap(({ entities = [] }) => entities),
  controllers: folders.flatMap(({ controllers = [] }) => controllers),
  providers: folders.flatMap(({ providers }) => providers),
  exports: folders.flatMap(({ exports = [] }) => exports),
});
