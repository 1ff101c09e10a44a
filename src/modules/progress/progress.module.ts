import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActivityDayRow } from './activity-day.entity';
import { Attempt } from './attempt.entity';
import { Enrollment } from './enrollment.entity';
import { ExerciseResult } from './exercise-result.entity';
import { ExerciseSubmission } from './exercise-submission.entity';
import { GradeChange } from './grade-change.entity';
import { LessonCompletion } from './lesson-completion.entity';
import { UserProgress } from './user-progress.entity';

const entities = [
  UserProgress,
  Enrollment,
  LessonCompletion,
  ExerciseSubmission,
  Attempt,
  ExerciseResult,
  GradeChange,
  ActivityDayRow,
];

@Module({ imports: [TypeOrmModule.forFeature(entities)] })
export class ProgressModule {}
