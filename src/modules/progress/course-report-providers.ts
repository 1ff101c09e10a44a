import { GradebookController } from './gradebook/gradebook.controller';
import { GradebookLists } from './gradebook/gradebook.query';
import { Gradebooks } from './gradebook/gradebooks';

/** The controllers and providers of what a teacher reads about a course. */
export const courseReportControllers = [GradebookController];
export const courseReportProviders = [GradebookLists, Gradebooks];
