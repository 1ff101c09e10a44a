import type { Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { SubmissionNotFound } from './submissions.errors';
import { isTeacherOrAdmin } from '../enrollment/course-teacher-check';

interface SubmissionOwner {
  studentId: number;
  teacherId: number;
}

/**
 * The student of a submission, the teacher of the course and administrators may read it. Other people get SUBMISSION_NOT_FOUND, so
 * that they do not learn whether the submission exists.
 */
export function requireReader(actor: Actor, { studentId, teacherId }: SubmissionOwner): void {
  if (actor.id !== studentId && !isTeacherOrAdmin(actor, teacherId)) throw new SubmissionNotFound();
}

/** Only the teacher of the course and administrators may see the history of a grade. */
export function requireTeacherOrAdmin(actor: Actor, submission: SubmissionOwner): void {
  requireReader(actor, submission);
  if (!isTeacherOrAdmin(actor, submission.teacherId))
    throw new Forbidden('Only the teacher of the course and administrators may see the grade changes.');
}

/** Teachers and administrators can also be students of the course, so another person must grade their own submissions. */
export function requireGrader(actor: Actor, submission: SubmissionOwner): void {
  requireReader(actor, submission);
  if (actor.id === submission.studentId) throw new Forbidden('You cannot grade your own submission.');
}
