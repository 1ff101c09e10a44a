import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage } from '../../../platform/http/pagination';
import { Route } from '../../../platform/http/route';
import { GradingPage, GradingQuery, maxCountedCourses, showPendingCount, showPendingSubmission } from './grading.dto';
import { GradingQueue } from './grading-queue.query';

const longestWaitingFirst = keyset('grading:oldest', [z.iso.datetime(), z.int()]);

@Controller('me/grading')
export class GradingController {
  constructor(private readonly queue: GradingQueue) {}

  @Get()
  @Route({
    summary: 'List the work that waits for my grade, oldest first',
    access: 'approved teachers and administrators',
    description:
      'The pending submissions of all courses that you teach; for administrators, of all courses. Your own work is left out, because another person must grade it.',
    tag: 'Progress',
    response: GradingPage,
    errors: [Forbidden],
  })
  async listMyGrading(
    @CurrentActor() actor: Actor,
    @Query({ schema: GradingQuery }) query: GradingQuery,
  ): Promise<GradingPage> {
    requireGradingQueue(actor);
    const { limit, cursor, withTotal, ...filter } = query;
    const position = longestWaitingFirst.read(cursor);
    const after = position && { submittedAt: new Date(position[0]), id: position[1] };
    const rows = await this.queue.list(actor, filter, { after, count: limit + 1 });
    const courses = await this.queue.countByCourse(actor, maxCountedCourses);
    const total = withTotal ? await this.queue.count(actor, filter) : undefined;
    const cursorAfter = ({ submittedAt, id }: (typeof rows)[number]) =>
      longestWaitingFirst.after(submittedAt.toISOString(), id);
    return {
      ...toPage(rows, limit, cursorAfter, showPendingSubmission, total),
      courses: courses.map(showPendingCount),
    };
  }
}

/** Teachers who are not approved cannot grade, so they must not read the work of students either. */
function requireGradingQueue({ role, isApproved }: Actor): void {
  if (role === 'admin' || (role === 'teacher' && isApproved)) return;
  throw new Forbidden('Only approved teachers and administrators have a grading queue.');
}
