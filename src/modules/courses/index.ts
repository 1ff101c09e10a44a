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
export {
  AnswerKeyChanged,
  CourseArchived,
  CourseContentChanged,
  CourseHandedOver,
  CoursePublished,
  GradesReleased,
} from './courses.events';
export { Courses } from './course/courses';
export { CoursesModule } from './courses.module';
export { CoursePublication } from './course/course-publication';
export { Exercises } from './exercise/exercises';
export { LearnerRecords, LessonAccess } from './learners/learner-lookup';
export {
  LearnerStates,
  type CourseCardState,
  type CourseState,
  type EnrollmentStatus,
  type ExerciseState,
  type LessonState,
} from './learners/learner-states';
export { LessonLink } from './learners/own-state.dto';
export { Lessons } from './lesson/lessons';
export { courseIsOpenSql } from './course/open-course';
export { Prerequisites } from './prerequisites/prerequisites';
export {
  AnswerKey,
  ExerciseContent,
  Question,
  questionKinds,
  type NewExerciseContent,
  type NewQuestionKeys,
  QuizAnswerChanges,
  QuizAnswers,
  type KeyOf,
  type QuestionKind,
  type QuestionOf,
} from './exercise/quiz';
export { answerKeyOf, contentOf, readAnswers, toOptionIds } from './exercise/option-ids';
export { orderFor } from './exercise/questions/item-order';
export { PictureRegion, type PicturePoint } from './exercise/questions/visual-questions';
export { maxPointsOf, RubricCriterion } from './rubrics/criteria';
export { rewardCaps, type RewardedThing } from './reward-caps';
export { Seats } from './course/seats';
export { courseSettings } from './courses.settings';
export { httpsUrl } from './shared-fields.dto';
