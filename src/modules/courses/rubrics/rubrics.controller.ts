import { Body, Controller, Delete, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { IfMatch } from '../../../platform/http/etag';
import { BodyLimit } from '../../../platform/http/limits/body-limit';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { ExerciseNotFound, IsArchived, LimitReached, RubricNotFound, TeacherNotApproved } from '../courses.errors';
import { Exercise } from '../exercise/exercise.dto';
import { ExerciseReader } from '../exercise/exercises.query';
import { NewRubric, Rubric, RubricChanges, RubricPage, RubricQuery, showRubric, UsedRubric } from './rubrics.dto';
import { Rubrics } from './rubrics';

const newestFirst = keyset('rubrics', [z.int()]);
const owner = 'the owner of the rubric';
const editErrors = [Forbidden, TeacherNotApproved, IsArchived, ExerciseNotFound];

@Controller()
export class RubricsController {
  constructor(
    private readonly rubrics: Rubrics,
    private readonly exercises: ExerciseReader,
  ) {}

  @Get('rubrics')
  @Route({
    summary: 'List my rubrics, newest first',
    access: 'everybody, their own',
    tag: 'Exercises',
    response: RubricPage,
  })
  async listRubrics(
    @CurrentActor() actor: Actor,
    @Query({ schema: RubricQuery }) { limit, cursor, withTotal }: RubricQuery,
  ): Promise<Page<Rubric>> {
    const [beforeId] = newestFirst.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    const rows = await this.rubrics.list(actor.id, beforeId, limit + 1);
    const total = withTotal ? await this.rubrics.count(actor.id) : undefined;
    return toPage(rows, limit, ({ id }) => newestFirst.after(id), showRubric, total);
  }

  @Post('rubrics')
  @BodyLimit('work')
  @Audited('courses.rubric-created', { creates: 'rubrics' })
  @Route({
    summary: 'Create a rubric',
    access: 'approved teachers and administrators',
    tag: 'Exercises',
    response: Rubric,
    status: 201,
    location: '/rubrics/{id}',
    idempotent: true,
    versioned: true,
    errors: [Forbidden, TeacherNotApproved, LimitReached],
  })
  async createRubric(@CurrentActor() actor: Actor, @Body({ schema: NewRubric }) rubric: NewRubric): Promise<Rubric> {
    return showRubric(await this.rubrics.create(actor, rubric));
  }

  @Get('rubrics/:id')
  @Route({
    summary: 'Read a rubric',
    access: owner,
    tag: 'Exercises',
    response: Rubric,
    errors: [RubricNotFound],
    versioned: true,
  })
  async getRubric(@Id() id: number, @CurrentActor() actor: Actor): Promise<Rubric> {
    return showRubric(await this.rubrics.get(actor.id, id));
  }

  @Patch('rubrics/:id')
  @BodyLimit('work')
  @Audited('courses.rubric-changed')
  @Route({
    summary: 'Change a rubric',
    access: owner,
    tag: 'Exercises',
    description: 'Exercises that use it keep the copy that they have. Use it again to give them the new criteria.',
    response: Rubric,
    errors: [RubricNotFound],
    versioned: true,
  })
  async updateRubric(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @IfMatch() expectedVersion: number | null,
    @Body({ schema: RubricChanges }) changes: RubricChanges,
  ): Promise<Rubric> {
    return showRubric(await this.rubrics.change(actor, id, changes, expectedVersion));
  }

  @Delete('rubrics/:id')
  @Audited('courses.rubric-removed')
  @Route({
    summary: 'Delete a rubric',
    access: owner,
    tag: 'Exercises',
    description: 'Exercises that use it keep their copy.',
    errors: [RubricNotFound],
    resource: 'rubric',
  })
  deleteRubric(@Id() id: number, @CurrentActor() actor: Actor): Promise<void> {
    return this.rubrics.remove(actor, id);
  }

  @Put('exercises/:id/rubric')
  @Audited('courses.rubric-used')
  @Route({
    summary: 'Use one of my rubrics in an exercise',
    access: 'the teacher of the course and administrators',
    tag: 'Exercises',
    description:
      'The exercise gets a copy, which students see with the exercise. Later changes of the rubric change neither the copy nor a grade. Grades that were given before keep what was chosen for them.',
    response: Exercise,
    errors: [...editErrors, RubricNotFound],
    versioned: true,
  })
  async setExerciseRubric(
    @Id() id: number,
    @CurrentActor() actor: Actor,
    @Body({ schema: UsedRubric }) { rubricId }: UsedRubric,
  ): Promise<Exercise> {
    await this.rubrics.use(actor, id, rubricId);
    return this.exercises.get(id, actor);
  }

  @Delete('exercises/:id/rubric')
  @Audited('courses.rubric-unused')
  @Route({
    summary: 'Take the rubric of an exercise away',
    access: 'the teacher of the course and administrators',
    tag: 'Exercises',
    errors: editErrors,
    resource: 'rubric',
  })
  deleteExerciseRubric(@Id() id: number, @CurrentActor() actor: Actor): Promise<void> {
    return this.rubrics.use(actor, id, null);
  }
}
