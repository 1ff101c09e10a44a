import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { Clock } from '../../../platform/time/clock';
import { CourseNotFound, ExerciseNotFound } from '../../courses';
import { CourseTeacherCheck } from '../enrollment/course-teacher-check';
import { CourseFiguresQuery } from './course-figures.query';
import {
  CourseFigures,
  maxSubmissionsRead,
  QuizFigures,
  showCourseFigures,
  showQuestionFigures,
  showStuckLearner,
  StuckLearnerPage,
  StuckLearnerQuery,
  type StuckLearner,
} from './figures.dto';
import { countAnswers } from './question-figures';
import { StuckLearners } from './stuck-learners.query';

const longestStuckFirst = keyset('stuck-learners', [z.iso.datetime(), z.int()]);
const dayMs = 86_400_000;

@Controller()
export class FiguresController {
  constructor(
    private readonly figures: CourseFiguresQuery,
    private readonly stuckLearners: StuckLearners,
    private readonly teacherCheck: CourseTeacherCheck,
    private readonly clock: Clock,
  ) {}

  @Get('courses/:id/stuck-learners')
  @Route({
    summary: 'List the students of a course who are stuck, longest first',
    access: 'the teacher of the course and administrators',
    description:
      'Students who have not completed the course, and who have not moved for some days, or have failed an exercise and have no attempt left.',
    tag: 'Progress',
    response: StuckLearnerPage,
    errors: [CourseNotFound, Forbidden],
  })
  async listStuckLearners(
    @CurrentActor() actor: Actor,
    @Id() courseId: number,
    @Query({ schema: StuckLearnerQuery }) { days, limit, cursor, withTotal }: StuckLearnerQuery,
  ): Promise<Page<StuckLearner>> {
    await this.teacherCheck.requireTeacherOrAdmin(actor, courseId);
    const movedBefore = new Date(this.clock.now().getTime() - days * dayMs);
    const position = longestStuckFirst.read(cursor);
    const after = position && { lastMovedAt: new Date(position[0]), enrollmentId: position[1] };
    const rows = await this.stuckLearners.list(courseId, movedBefore, { after, count: limit + 1 });
    const studentIds = rows.slice(0, limit).map(({ studentId }) => studentId);
    const failed = await this.stuckLearners.listFailedExercises(courseId, studentIds);
    const total = withTotal ? await this.stuckLearners.count(courseId, movedBefore) : undefined;
    return toPage(
      rows,
      limit,
      ({ lastMovedAt, enrollmentId }) => longestStuckFirst.after(lastMovedAt.toISOString(), enrollmentId),
      (row) =>
        showStuckLearner(
          row,
          failed.filter(({ studentId }) => studentId === row.studentId),
          movedBefore,
        ),
      total,
    );
  }

  @Get('courses/:id/figures')
  @Route({
    summary: 'Show the figures of a course: completions and times by lesson, results by exercise',
    access: 'the teacher of the course and administrators',
    tag: 'Progress',
    response: CourseFigures,
    errors: [CourseNotFound, Forbidden],
  })
  async getCourseFigures(@CurrentActor() actor: Actor, @Id() courseId: number): Promise<CourseFigures> {
    await this.teacherCheck.requireTeacherOrAdmin(actor, courseId);
    const students = await this.figures.countStudents(courseId);
    const lessons = await this.figures.listLessons(courseId);
    const exercises = await this.figures.listExercises(courseId);
    return showCourseFigures(students, lessons, exercises);
  }

  @Get('exercises/:id/figures')
  @Route({
    summary: 'Show how students answered each question of an exercise',
    access: 'the teacher of the course and administrators',
    tag: 'Progress',
    response: QuizFigures,
    errors: [ExerciseNotFound, Forbidden],
  })
  async getExerciseFigures(@CurrentActor() actor: Actor, @Id() exerciseId: number): Promise<QuizFigures> {
    const { content } = await this.teacherCheck.getExercise(actor, exerciseId);
    const quizzes = await this.figures.listAnswers(exerciseId, maxSubmissionsRead);
    const questions = content.questions ?? [];
    const counts = countAnswers(questions, quizzes);
    return {
      exerciseId,
      submissionCount: quizzes.length,
      questions: questions.map((question, index) => showQuestionFigures(question, counts[index]!)),
    };
  }
}
