/** A course of the demo school, as plain data: the seed turns it into rows. */
export interface DemoCourse {
  /** Unique key of the course inside the demo data; `prerequisites` refer to it. */
  slug: string;
  title: string;
  description: string;
  /** One of the school's closed list of categories, for example `watercolor`. */
  category: string;
  level: 'beginner' | 'intermediate' | 'advanced' | 'expert';
  /** Which of the three demo teachers gives the course. */
  teacher: 'elena' | 'marco' | 'yuki';
  /** TeoCoin paid for completing the whole course. */
  teocoinReward: number;
  durationHours: number;
  /** The number of places, or null when there is no limit. */
  maxEnrollments: number | null;
  /** Slugs of the courses to complete first. */
  prerequisites: string[];
  /** The lessons, in teaching order. */
  lessons: DemoLesson[];
}

/** One lesson of a course. */
export interface DemoLesson {
  title: string;
  lessonType: 'theory' | 'practical' | 'video' | 'mixed' | 'live' | 'quiz' | 'critique';
  durationMinutes: number;
  /** False for a lesson a student may skip and still complete the course. */
  isMandatory: boolean;
  teocoinReward: number;
  /** The lesson text, in Markdown. */
  content: string;
  /** Further reading. */
  materials: { title: string; url: string }[];
  exercises: DemoExercise[];
}

/** One exercise of a lesson: either a quiz (has questions) or work to hand in (has a prompt). */
export interface DemoExercise {
  title: string;
  description: string;
  exerciseType: 'practice' | 'assignment' | 'project' | 'quiz' | 'portfolio_piece';
  maxScore: number;
  attemptsAllowed: number;
  teocoinReward: number;
  /** The questions of a quiz; empty for handed-in work. Their points add up to `maxScore`. */
  questions: DemoQuestion[];
  /** What to hand in; empty for a quiz. */
  prompt: string;
}

/** One quiz question, with its answer. */
export type DemoQuestion =
  /** One right option; `answer` is its index. */
  | { kind: 'single'; text: string; points: number; options: string[]; answer: number }
  /** Several right options; `answer` holds their indexes, ascending. */
  | { kind: 'multiple'; text: string; points: number; options: string[]; answer: number[] }
  /** A statement that is true or false. */
  | { kind: 'true_false'; text: string; points: number; answer: boolean }
  /** A word or short phrase; any of `accepted` counts as right. */
  | { kind: 'short_answer'; text: string; points: number; accepted: string[] }
  /** A number, right when within `tolerance` of `answer`. */
  | { kind: 'numeric'; text: string; points: number; answer: number; tolerance: number };
