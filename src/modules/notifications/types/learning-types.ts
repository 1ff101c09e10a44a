import type { NotificationType } from './notification-type';

const points = {
  en: '{hasScore, select, yes { You have {score, number} of {maxScore, number} points.} other {}}',
  it: '{hasScore, select, yes { Hai {score, number} punti su {maxScore, number}.} other {}}',
};

/** What students are told about their learning. */
export const learningTypes: readonly NotificationType[] = [
  // Kept for notifications of older versions and imported ones.
  {
    type: 'lesson_completed',
    priority: 'low',
    label: { en: 'Lesson completed', it: 'Lezione completata' },
    channels: [],
  },
  {
    type: 'course_completed',
    priority: 'normal',
    label: { en: 'Course completed', it: 'Corso completato' },
    texts: { completed: { en: 'You have completed “{courseTitle}”.', it: 'Hai completato “{courseTitle}”.' } },
  },
  {
    type: 'exercise_graded',
    priority: 'normal',
    label: { en: 'Exercise graded', it: 'Esercizio valutato' },
    texts: {
      byMachine: {
        en: `“{exerciseTitle}” is {status, select, approved {passed} other {not passed}}.${points.en}{status, select, needs_revision { You can try again.} other {}}`,
        it: `“{exerciseTitle}” {status, select, approved {è superato} other {non è superato}}.${points.it}{status, select, needs_revision { Puoi riprovare.} other {}}`,
      },
      byTeacher: {
        en: `Your work for “{exerciseTitle}” was {status, select, approved {approved} other {not accepted}}.${points.en}`,
        it: `Il tuo lavoro per “{exerciseTitle}” {status, select, approved {è stato approvato} other {non è stato accettato}}.${points.it}`,
      },
    },
  },
  {
    type: 'resubmission_requested',
    priority: 'high',
    label: { en: 'Please revise your work', it: 'Rivedi il tuo lavoro' },
    texts: {
      byTeacher: {
        en: `Your teacher asks you to revise “{exerciseTitle}”.${points.en}`,
        it: `Il tuo insegnante ti chiede di rivedere “{exerciseTitle}”.${points.it}`,
      },
    },
  },
  {
    type: 'work_discussed',
    priority: 'normal',
    label: { en: 'Remarks on a work', it: 'Osservazioni su un lavoro' },
    texts: {
      remarks: {
        en: 'There are new remarks on the work for “{exerciseTitle}”.',
        it: 'Ci sono nuove osservazioni sul lavoro per “{exerciseTitle}”.',
      },
    },
  },
  {
    type: 'achievement_unlocked',
    priority: 'normal',
    label: { en: 'Achievement unlocked', it: 'Traguardo raggiunto' },
    channels: ['push'],
    texts: {
      unlocked: {
        en: 'You have unlocked “{title}”.{coins, plural, =0 {} one { You have earned # TeoCoin.} other { You have earned # TeoCoins.}}',
        it: 'Hai raggiunto “{title}”.{coins, plural, =0 {} one { Hai guadagnato # TeoCoin.} other { Hai guadagnato # TeoCoin.}}',
      },
    },
  },
  {
    type: 'streak_at_risk',
    priority: 'normal',
    label: { en: 'Your streak ends today', it: 'La tua serie finisce oggi' },
    channels: ['push'],
    isForToday: true,
    texts: {
      evening: {
        en: 'You have learned {days, plural, one {# day} other {# days in a row}}. Complete a lesson or hand in work today, and your streak goes on.',
        it: 'Hai studiato per {days, plural, one {# giorno} other {# giorni di fila}}. Completa una lezione o consegna un lavoro oggi e la tua serie continua.',
      },
    },
  },
  {
    type: 'course_message',
    priority: 'normal',
    label: { en: 'Message from your course', it: 'Messaggio dal tuo corso' },
  },
];
