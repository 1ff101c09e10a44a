import type { Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { SubmissionNotFound } from './submissions.errors';
import { isTeacherOrAdmin } from '../enrollment/course-teacher-check';

interface SubmissionOwner {
  studentId: number;
  teacherId: number;
}

/** Its student, the teacher of the course and administrators may read a submission. Others get SUBMISSION_NOT_FOUND. */
export function requireReader(actor: Actor, { studentId, teacherId }: SubmissionOwner): void {
  if (actor.id !== studentId && !isTeacherOrAdmin(actor, teacherId)) throw new SubmissionNotFound();
}

/** Only the teacher of the course and administrators may see the history of a grade. */
export function requireTeacherOrAdmin(actor: Actor, submission: SubmissionOwner): void {
  requireReader(actor, submission);
  if (!isTeacherOrAdmin(actor, submission.teacherId))
    throw new Forbidden('Only the teacher of the course and administrators may see the grade changes.');
}

/** A teacher can be a student of their own course, and an administrator of any course. Another person must grade their work. */
export function requireGrader(actor: Actor, submission: SubmissionOwner): void {
  requireReader(actor, submission);
  if (actor.id === submission.studentId) throw new Forbidden('You cannot grade your own submission.');
}
