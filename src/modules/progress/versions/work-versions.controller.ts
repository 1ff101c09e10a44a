import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { ExerciseNotFound } from '../../courses';
import { SubmissionLists } from '../submissions/submission-lists.query';
import { showWorkVersion, WorkVersionPage, WorkVersionQuery, type WorkVersion } from './work-versions.dto';
import { WorkVersions } from './work-versions.query';

const inOrder = keyset('work-versions', [z.int32()]);

@Controller('exercises/:id/versions')
export class WorkVersionsController {
  constructor(
    private readonly versions: WorkVersions,
    private readonly lists: SubmissionLists,
  ) {}

  @Get()
  @Route({
    summary: 'List the versions of a work, the first one first',
    access: 'one’s own; those of other students for the teacher of the course and administrators',
    description:
      'What one student has handed in for the exercise, with the pictures, and what changed in the grade. It shows them side by side.',
    tag: 'Progress',
    response: WorkVersionPage,
    errors: [ExerciseNotFound, Forbidden],
  })
  async listWorkVersions(
    @CurrentActor() actor: Actor,
    @Id() exerciseId: number,
    @Query({ schema: WorkVersionQuery }) query: z.output<typeof WorkVersionQuery>,
  ): Promise<Page<WorkVersion>> {
    const { studentId = actor.id, limit, cursor, withTotal } = query;
    const slice = { after: inOrder.read(cursor)?.[0] ?? 0, count: limit + 1 };
    const rows = await this.versions.list(actor, exerciseId, studentId, slice);
    const total = withTotal ? await this.lists.count({ studentId, exerciseId }) : undefined;
    return toPage(rows, limit, (last) => inOrder.after(last.attemptNumber), showWorkVersion, total);
  }
}
