export const categories = [
  'painting',
  'drawing',
  'digital_art',
  'sculpture',
  'mixed_media',
  'art_history',
  'portfolio',
  'watercolor',
  'oil_painting',
  'acrylic',
  'tempera',
  'photography',
  'illustration',
  'ceramics',
  'printmaking',
  'mosaic',
  'restoration',
  'calligraphy',
  'comics',
  'graphic_design',
  'contemporary_art',
  'classical_art',
  'other',
] as const;
export type Category = (typeof categories)[number];

export const levels = ['beginner', 'intermediate', 'advanced', 'expert'] as const;
export type Level = (typeof levels)[number];

export const lessonTypes = ['theory', 'practical', 'video', 'mixed', 'live', 'quiz', 'critique'] as const;
export type LessonType = (typeof lessonTypes)[number];

export const exerciseTypes = ['practice', 'assignment', 'project', 'quiz', 'portfolio_piece'] as const;
export type ExerciseType = (typeof exerciseTypes)[number];

/** Which of a student's graded attempts gives the final score. */
export const gradePolicies = ['highest', 'latest', 'average', 'first'] as const;
export type GradePolicy = (typeof gradePolicies)[number];

/** When students get the grades of an exercise: each at once, or all together when the teacher releases them. */
export const gradeReleases = ['immediate', 'together'] as const;
export type GradeRelease = (typeof gradeReleases)[number];

/** When a student sees which of their answers were right. Before that, the student sees the score only. */
export const revealPolicies = ['after_pass', 'after_last_attempt', 'after_closing'] as const;
export type RevealPolicy = (typeof revealPolicies)[number];
