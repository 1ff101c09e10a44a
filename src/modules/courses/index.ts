export {
  categories,
  exerciseTypes,
  gradePolicies,
  lessonTypes,
  revealPolicies,
  levels,
  type Category,
  type ExerciseType,
  type GradePolicy,
  type RevealPolicy,
  type LessonType,
  type Level,
} from './course.lists';
export {
  CourseClosed,
  CourseFull,
  CourseNotFound,
  CourseNotPublished,
  EnrollmentRequired,
  ExerciseNotFound,
  IsArchived,
  LessonNotFound,
  TeacherNotApproved,
} from './courses.errors';
export { AnswerKeyChanged, CourseArchived, CourseContentChanged, CoursePublished } from './courses.events';
export { Courses } from './courses';
export { CoursesModule } from './courses.module';
export { CoursePublication } from './course-publication';
export { Exercises } from './exercises';
export { LearnerTraces, LessonAccess } from './learners';
export { Lessons } from './lessons';
export { courseIsOpen } from './open-course';
export { Prerequisites } from './prerequisites';
export {
  AnswerKey,
  ExerciseContent,
  Question,
  questionKinds,
  QuizAnswers,
  type KeyOf,
  type QuestionKind,
  type QuestionOf,
} from './quiz';
export { rewardCaps, type RewardedThing } from './reward-caps';
export { Seats } from './seats';
