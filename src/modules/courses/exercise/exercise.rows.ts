import type { Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Exercise } from './exercise.entity';
import { answerKeyOf, contentOf } from './option-ids';

const exerciseWithKey = columnsOf(Exercise);
const exercise = exerciseWithKey.without('answerKey');

/** The columns of an exercise that a student may see, from `courses_exercise e`. Leave every column out here that
 * students must not see, such as the answer key (rule 7). `showExercise` lists what leaves the server. */
export const exerciseShape = { ...exercise.shape, content: contentOf };
export type ExerciseRow = Row<typeof exerciseShape>;
export const exerciseColumns = exercise.columns('e');

/** The same columns with the answer key, for authors only. */
export const exerciseWithKeyShape = { ...exerciseWithKey.shape, content: contentOf, answerKey: answerKeyOf };
export const exerciseWithKeyColumns = exerciseWithKey.columns('e');
