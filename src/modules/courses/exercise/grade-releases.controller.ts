import { Controller, Put } from '@nestjs/common';
import { Audited } from '../../../platform/audit/audited';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { ExerciseNotFound, GradesNotHeld, IsArchived, TeacherNotApproved } from '../courses.errors';
import { Exercise } from './exercise.dto';
import { ExerciseReader } from './exercises.query';
import { GradeReleases } from './grade-releases';

@Controller('exercises/:id/grade-release')
export class GradeReleasesController {
  constructor(
    private readonly releases: GradeReleases,
    private readonly reader: ExerciseReader,
  ) {}

  @Put()
  @Audited('courses.grades-released')
  @Route({
    summary: 'Release the grades of an exercise to all students',
    access: 'the teacher of the course and administrators',
    description:
      'For an exercise with `gradeRelease: together`. Shortly afterwards, students see their grades, are notified, and get the coins of a pass. Later grades are shown at once. A release cannot be taken back. An archived course must be restored first.',
    tag: 'Exercises',
    response: Exercise,
    errors: [Forbidden, TeacherNotApproved, ExerciseNotFound, GradesNotHeld, IsArchived],
    versioned: true,
  })
  async releaseGrades(@Id() id: number, @CurrentActor() actor: Actor): Promise<Exercise> {
    await this.releases.release(actor, id);
    return this.reader.get(id, actor);
  }
}
