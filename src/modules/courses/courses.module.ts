import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Authoring } from './authoring';
import { CourseArchive } from './course-archive';
import { CourseCatalogue } from './course-catalogue.query';
import { CourseContent } from './course-content';
import { CoursePage } from './course-page.query';
import { CoursePrerequisite } from './course-prerequisite.entity';
import { CoursePublication } from './course-publication';
import { CourseStatesController } from './course-states.controller';
import { Course } from './course.entity';
import { Courses } from './courses';
import { CoursesData } from './courses.data';
import { CoursesController } from './courses.controller';
import { ExerciseArchive } from './exercise-archive';
import { Exercise } from './exercise.entity';
import { Exercises } from './exercises';
import { ExercisesController } from './exercises.controller';
import { ExercisePages } from './exercises.query';
import { Learners } from './learners';
import { LessonArchive } from './lesson-archive';
import { LessonOrder } from './lesson-order';
import { LessonPublication } from './lesson-publication';
import { LessonServing } from './lesson-serving';
import { LessonStatesController } from './lesson-states.controller';
import { Lesson } from './lesson.entity';
import { Lessons } from './lessons';
import { LessonsController } from './lessons.controller';
import { LessonPages } from './lessons.query';
import { OwnCourses } from './own-courses.query';
import { Prerequisites } from './prerequisites';
import { Reading } from './reading';
import { Deletion } from './removal';
import { Seats } from './seats';

const courses = [Courses, CoursePublication, CourseArchive, Prerequisites, CourseCatalogue, CoursePage, OwnCourses];
const lessons = [Lessons, LessonOrder, LessonPublication, LessonArchive, LessonServing, LessonPages, CourseContent];
const exercises = [Exercises, ExerciseArchive, ExercisePages];

@Module({
  imports: [TypeOrmModule.forFeature([Course, CoursePrerequisite, Lesson, Exercise])],
  controllers: [
    CoursesController,
    CourseStatesController,
    LessonsController,
    LessonStatesController,
    ExercisesController,
  ],
  providers: [CoursesData, Seats, Authoring, Reading, Learners, Deletion, ...courses, ...lessons, ...exercises],
  exports: [Seats],
})
export class CoursesModule {}
