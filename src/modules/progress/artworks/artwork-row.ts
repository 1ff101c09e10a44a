import type { Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Artwork } from './artwork.entity';

export const artwork = columnsOf(Artwork).without('submissionId', 'position');
export type ArtworkRow = Row<typeof artwork.shape>;
