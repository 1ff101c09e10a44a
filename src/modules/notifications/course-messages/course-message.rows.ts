import type { Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { CourseMessage } from './course-message.entity';

export const courseMessage = columnsOf(CourseMessage).without('day', 'number');
export type CourseMessageRow = Row<typeof courseMessage.shape>;
