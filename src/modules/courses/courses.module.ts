import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CoursePrerequisite } from './course-prerequisite.entity';
import { Course } from './course.entity';
import { Exercise } from './exercise.entity';
import { Lesson } from './lesson.entity';

@Module({ imports: [TypeOrmModule.forFeature([Course, CoursePrerequisite, Lesson, Exercise])] })
export class CoursesModule {}
