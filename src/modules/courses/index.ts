export { CoursesModule } from './courses.module';
