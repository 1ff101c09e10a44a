import { CourseFiguresQuery } from './figures/course-figures.query';
import { FiguresController } from './figures/figures.controller';
import { StuckLearners } from './figures/stuck-learners.query';
import { GradebookController } from './gradebook/gradebook.controller';
import { GradebookLists } from './gradebook/gradebook.query';
import { Gradebooks } from './gradebook/gradebooks';

/** The controllers and providers of what a teacher reads about a course. */
export const courseReportControllers = [GradebookController, FiguresController];
export const courseReportProviders = [GradebookLists, Gradebooks, CourseFiguresQuery, StuckLearners];
