import type { NotificationType } from './notification-type';

/** What teachers are told, and administrators about teachers. */
export const teachingTypes: readonly NotificationType[] = [
  {
    type: 'teacher_applied',
    priority: 'normal',
    label: { en: 'New application of a teacher', it: 'Nuova candidatura di un insegnante' },
    texts: { applied: { en: '{username} asks to teach here.', it: '{username} chiede di insegnare qui.' } },
  },
  {
    type: 'course_enrollment',
    priority: 'low',
    label: { en: 'New student', it: 'Nuovo studente' },
    texts: {
      enrolled: {
        en: '{username} has enrolled in “{courseTitle}”.',
        it: '{username} si è iscritto a “{courseTitle}”.',
      },
    },
  },
  {
    type: 'submission_received',
    priority: 'normal',
    label: { en: 'Work to grade', it: 'Lavoro da valutare' },
    texts: {
      received: {
        en: '{username} has handed in work for “{exerciseTitle}”.',
        it: '{username} ha consegnato un lavoro per “{exerciseTitle}”.',
      },
    },
  },
  {
    type: 'teacher_approved',
    priority: 'high',
    label: { en: 'You may teach now', it: 'Ora puoi insegnare' },
    texts: {
      approved: {
        en: 'An administrator has approved you. You can now publish courses.',
        it: 'Un amministratore ti ha approvato. Ora puoi pubblicare corsi.',
      },
    },
  },
  {
    type: 'teacher_rejected',
    priority: 'high',
    label: { en: 'You cannot teach for now', it: 'Per ora non puoi insegnare' },
    texts: {
      // A rejection and a suspension have the same text because they mean the same for the teacher.
      refused: {
        en: 'An administrator has decided that you cannot teach here for now.{hasReason, select, yes { Reason: {reason}} other {}}',
        it: 'Un amministratore ha deciso che per ora non puoi insegnare qui.{hasReason, select, yes { Motivo: {reason}} other {}}',
      },
    },
  },
];
