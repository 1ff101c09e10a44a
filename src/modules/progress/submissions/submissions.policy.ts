import type { Actor } from '../../../platform/auth/actor';
import { Forbidden } from '../../../platform/errors/access.errors';
import { SubmissionNotFound } from './submissions.errors';
import { mayOversee } from '../enrollment/course-teacher-check';

interface Owned {
  studentId: number;
  teacherId: number;
}

/** The student whose work it is, the teacher of the course, administrators; to others it does not exist. */
export function requireReader(actor: Actor, { studentId, teacherId }: Owned): void {
  if (actor.id !== studentId && !mayOversee(actor, teacherId)) throw new SubmissionNotFound();
}

/** Those who may see the whole history of a grade. */
export function requireOverseer(actor: Actor, submission: Owned): void {
  requireReader(actor, submission);
  if (!mayOversee(actor, submission.teacherId)) throw new Forbidden('Only the teacher of the course may see this.');
}

/** A teacher may be a student of their own course, an administrator of any: their own work somebody else grades. */
export function requireGrader(actor: Actor, submission: Owned): void {
  requireReader(actor, submission);
  if (actor.id === submission.studentId) throw new Forbidden('Nobody grades their own work.');
}
