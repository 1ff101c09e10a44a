import { Body, Controller, Delete, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { Forbidden } from '../../../platform/errors/access.errors';
import { IfMatch, NotStored } from '../../../platform/http/etag';
import type { Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import {
  EnrollmentRequired,
  ExerciseNotFound,
  GradeReleaseFixed,
  IsArchived,
  LessonNotFound,
  LessonNotServable,
  LimitReached,
  TeacherNotApproved,
} from '../courses.errors';
import { ExerciseArchive } from './exercise-archive';
import {
  Exercise,
  ExerciseAnswerKey,
  ExerciseChanges,
  ExercisePage,
  ExerciseQuery,
  NewAnswerKey,
  NewExercise,
} from './exercise.dto';
import { Exercises } from './exercises';
import { ExerciseReader } from './exercises.query';
import { Removal } from '../deletion';
import { rewardRules } from '../reward-caps';

const editErrors = [Forbidden, TeacherNotApproved, IsArchived];

const quizRules = {
  answer_key: 'Content and answer key match: each question has the key of its kind, and no other key is there.',
  unique_ids: 'No two questions have the same id.',
  unique_options: 'No two options, items, choices or prompts of a question have the same id or text.',
  blanks: 'The text of a question to fill in has the place of each blank exactly once.',
  quiz_questions: 'An exercise of type `quiz` has at least one question.',
};

@Controller()
export class ExercisesController {
  constructor(
    private readonly exercises: Exercises,
    private readonly archive: ExerciseArchive,
    private readonly reader: ExerciseReader,
  ) {}

  @Get('lessons/:id/exercises')
  @Route({
    summary: 'List the exercises of a lesson',
    access: 'enrolled students, the teacher of the course and administrators',
    response: ExercisePage,
    errors: [LessonNotFound, EnrollmentRequired, Forbidden],
  })
  listExercises(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Query({ schema: ExerciseQuery }) query: ExerciseQuery,
  ): Promise<Page<Exercise>> {
    return this.reader.listOfLesson(id, actor, query);
  }

  @Post('lessons/:id/exercises')
  @BodyLimit('work')
  @Audited('courses.exercise-created', { creates: 'exercises' })
  @Route({
    summary: 'Add an exercise to a lesson',
    rules: { ...quizRules, ...rewardRules },
    access: 'the teacher of the course and administrators',
    description:
      'Every question of a quiz except an essay needs an entry in the answer key. No response of this route or of a student route holds the key.',
    response: Exercise,
    status: 201,
    location: '/exercises/{id}',
    idempotent: true,
    versioned: true,
    errors: [...editErrors, LessonNotFound, LimitReached],
  })
  async createExercise(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Body({ schema: NewExercise }) exercise: NewExercise,
  ): Promise<Exercise> {
    return this.reader.get(await this.exercises.create(actor, id, exercise), actor);
  }

  @Get('exercises/:id')
  @Route({
    summary: 'Read an exercise',
    access: 'enrolled students, the teacher of the course and administrators',
    description: 'The response never holds the answer key.',
    response: Exercise,
    errors: [ExerciseNotFound, EnrollmentRequired],
    versioned: true,
  })
  getExercise(@Id() id: number, @CurrentActor() actor: Actor): Promise<Exercise> {
    return this.reader.get(id, actor);
  }

  @Patch('exercises/:id')
  @BodyLimit('work')
  @Audited('courses.exercise-changed')
  @Route({
    summary: 'Change an exercise',
    rules: { ...quizRules, ...rewardRules },
    access: 'the teacher of the course and administrators',
    description: 'Content and answer key must match each other. To change both, send both in one request.',
    response: Exercise,
    errors: [...editErrors, ExerciseNotFound, GradeReleaseFixed],
    versioned: true,
  })
  async updateExercise(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: ExerciseChanges }) changes: ExerciseChanges,
  ): Promise<Exercise> {
    await this.exercises.change(actor, id, changes, expectedVersion);
    return this.reader.get(id, actor);
  }

  @Delete('exercises/:id')
  @Audited('courses.exercise-removed')
  @Route({
    summary: 'Remove an exercise',
    access: 'the teacher of the course and administrators',
    description: 'The exercise is archived if a student has tried it. Otherwise it is deleted.',
    response: Removal,
    errors: [...editErrors, ExerciseNotFound, LessonNotServable],
  })
  deleteExercise(@Id() id: number, @CurrentActor() actor: Actor): Promise<Removal> {
    return this.archive.remove(actor, id);
  }

  @Put('exercises/:id/restoration')
  @Audited('courses.exercise-restored')
  @Route({
    summary: 'Take an exercise out of the archive',
    access: 'the teacher of the course and administrators',
    response: Exercise,
    errors: [...editErrors, ExerciseNotFound],
  })
  async restoreExercise(@Id() id: number, @CurrentActor() actor: Actor): Promise<Exercise> {
    await this.archive.restore(actor, id);
    return this.reader.get(id, actor);
  }

  @Get('exercises/:id/answer-key')
  @NotStored()
  @Route({
    summary: 'Read the answer key of an exercise',
    access: 'the teacher of the course and administrators',
    response: ExerciseAnswerKey,
    errors: [ExerciseNotFound, Forbidden, TeacherNotApproved],
    versioned: true,
  })
  getAnswerKey(@Id() id: number, @CurrentActor() actor: Actor): Promise<ExerciseAnswerKey> {
    return this.reader.getAnswerKey(id, actor);
  }

  @Put('exercises/:id/answer-key')
  @BodyLimit('work')
  @Audited('courses.answer-key-changed')
  @Route({
    summary: 'Replace the answer key of an exercise',
    rules: quizRules,
    access: 'the teacher of the course and administrators',
    response: ExerciseAnswerKey,
    errors: [...editErrors, ExerciseNotFound],
    versioned: true,
  })
  async replaceAnswerKey(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: NewAnswerKey }) changes: NewAnswerKey,
  ): Promise<ExerciseAnswerKey> {
    await this.exercises.change(actor, id, changes, expectedVersion);
    return this.reader.getAnswerKey(id, actor);
  }
}
