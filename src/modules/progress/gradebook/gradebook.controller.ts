import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { csvType } from '../../../platform/http/csv';
import { NotStored } from '../../../platform/http/etag';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { CourseNotFound } from '../../courses';
import { CourseTeacherCheck } from '../enrollment/course-teacher-check';
import { Gradebook, GradebookExportQuery, GradebookQuery } from './gradebook.dto';
import { Gradebooks } from './gradebooks';

@Controller('courses/:id')
export class GradebookController {
  constructor(
    private readonly gradebooks: Gradebooks,
    private readonly teacherCheck: CourseTeacherCheck,
  ) {}

  @Get('gradebook')
  @Route({
    summary: 'Show the gradebook of a course: students and their results in its exercises',
    access: 'the teacher of the course and administrators',
    description: 'Students who left the course are not in it.',
    tag: 'Progress',
    response: Gradebook,
    errors: [CourseNotFound, Forbidden],
  })
  async getGradebook(
    @CurrentActor() actor: Actor,
    @Id() courseId: number,
    @Query({ schema: GradebookQuery }) query: GradebookQuery,
  ): Promise<Gradebook> {
    await this.teacherCheck.requireTeacherOrAdmin(actor, courseId);
    return this.gradebooks.getPage(courseId, query);
  }

  @Get('gradebook.csv')
  @NotStored()
  @Route({
    summary: 'Download the gradebook of a course as a CSV file',
    access: 'the teacher of the course and administrators',
    description:
      'It has one line for each student, with the score of each exercise in percent, or its status if there is no score. The text is UTF-8. A text that begins with `=`, `+`, `-` or `@` gets a leading apostrophe, so that a spreadsheet does not take it for a formula.',
    tag: 'Progress',
    produces: 'text/csv',
    errors: [CourseNotFound, Forbidden],
  })
  async exportGradebook(
    @CurrentActor() actor: Actor,
    @Id() courseId: number,
    @Query({ schema: GradebookExportQuery }) query: GradebookExportQuery,
  ): Promise<StreamableFile> {
    await this.teacherCheck.requireTeacherOrAdmin(actor, courseId);
    const disposition = `attachment; filename="gradebook-${courseId}.csv"`;
    return new StreamableFile(Readable.from(this.gradebooks.writeCsv(courseId, query)), { type: csvType, disposition });
  }
}
