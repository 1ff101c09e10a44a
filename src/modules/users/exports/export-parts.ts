import { BuildExports } from './build-exports.job';
import { ExpireExports } from './expire-exports.job';
import { ExportBuilder } from './export-builder';
import { PersonalExport } from './personal-export.entity';
import { PersonalExports } from './personal-exports';
import { PersonalExportsController } from './personal-exports.controller';

/** What the module of users needs of this folder. */
export const personalExports = {
  entities: [PersonalExport],
  controllers: [PersonalExportsController],
  providers: [BuildExports, ExpireExports, ExportBuilder, PersonalExports],
};
