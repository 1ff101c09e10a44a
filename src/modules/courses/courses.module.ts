import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CoursePrerequisite } from './course-prerequisite.entity';
import { Course } from './course.entity';
import { Exercise } from './exercise.entity';
import { Learners } from './learners';
import { Lesson } from './lesson.entity';
import { Seats } from './seats';

@Module({
  imports: [TypeOrmModule.forFeature([Course, CoursePrerequisite, Lesson, Exercise])],
  providers: [Seats, Learners],
  exports: [Seats],
})
export class CoursesModule {}
