import { UsersModule } from '../users';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CourseEditing } from './course-editing';
import { CourseArchive } from './course/course-archive';
import { CourseCatalogue } from './course/course-catalogue.query';
import { CourseContent } from './course/course-content';
import { CourseDetails } from './course/course-details.query';
import { CoursePrerequisite } from './prerequisites/course-prerequisite.entity';
import { CoursePublication } from './course/course-publication';
import { CourseStatesController } from './course/course-states.controller';
import { Course } from './course/course.entity';
import { Courses } from './course/courses';
import { CoursesData } from './courses.data';
import { CoursesController } from './course/courses.controller';
import { ExerciseArchive } from './exercise/exercise-archive';
import { Exercise } from './exercise/exercise.entity';
import { ExerciseVersion } from './exercise/exercise-version.entity';
import { GradeReleases } from './exercise/grade-releases';
import { GradeReleasesController } from './exercise/grade-releases.controller';
import { Exercises } from './exercise/exercises';
import { ExercisesController } from './exercise/exercises.controller';
import { ExerciseReader } from './exercise/exercises.query';
import { LearnerLookup } from './learners/learner-lookup';
import { LessonArchive } from './lesson/lesson-archive';
import { LessonOrder } from './lesson/lesson-order';
import { LessonPublication } from './lesson/lesson-publication';
import { LessonReadiness } from './lesson/lesson-readiness';
import { LessonStatesController } from './lesson/lesson-states.controller';
import { Lesson } from './lesson/lesson.entity';
import { Lessons } from './lesson/lessons';
import { LessonsController } from './lesson/lessons.controller';
import { LessonReader } from './lesson/lessons.query';
import { OwnCourses } from './course/own-courses.query';
import { Prerequisites } from './prerequisites/prerequisites';
import { CourseAccess } from './course-access';
import { Deletion } from './deletion';
import { TaughtCourses } from '../users';
import { TaughtCourseCounts } from './course/taught-courses.query';
import { Seats } from './course/seats';
import { Handovers } from './handover/handovers';
import { HandoversController } from './handover/handovers.controller';
import { RubricRow } from './rubrics/rubric.entity';
import { Rubrics } from './rubrics/rubrics';
import { RubricsController } from './rubrics/rubrics.controller';
import { TeacherData } from './learners/teacher-data';
import { ThumbnailController } from './thumbnail/thumbnail.controller';
import { Thumbnails } from './thumbnail/thumbnails';

const courseServices = [
  Courses,
  CoursePublication,
  CourseArchive,
  Prerequisites,
  CourseCatalogue,
  CourseDetails,
  OwnCourses,
];
const lessonServices = [
  Lessons,
  LessonOrder,
  LessonPublication,
  LessonArchive,
  LessonReadiness,
  LessonReader,
  CourseContent,
];
const exerciseServices = [Exercises, GradeReleases, ExerciseArchive, ExerciseReader];

@Module({
  imports: [
    TypeOrmModule.forFeature([Course, CoursePrerequisite, Lesson, Exercise, ExerciseVersion, RubricRow]),
    UsersModule,
  ],
  controllers: [
    CoursesController,
    CourseStatesController,
    LessonsController,
    LessonStatesController,
    ExercisesController,
    HandoversController,
    ThumbnailController,
    RubricsController,
    GradeReleasesController,
  ],
  providers: [
    TeacherData,
    CoursesData,
    Seats,
    CourseEditing,
    CourseAccess,
    LearnerLookup,
    Deletion,
    Handovers,
    Thumbnails,
    Rubrics,
    { provide: TaughtCourses, useClass: TaughtCourseCounts },
    ...courseServices,
    ...lessonServices,
    ...exerciseServices,
  ],
  exports: [Seats],
})
export class CoursesModule {}
