import { WorkVersionsController } from './work-versions.controller';
import { WorkVersions } from './work-versions.query';

export const versionControllers = [WorkVersionsController];
export const versionProviders = [WorkVersions];
