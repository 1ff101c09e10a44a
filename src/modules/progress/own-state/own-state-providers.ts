import { CourseAccesses } from './course-accesses';
import { CourseStates } from './course-states.query';
import { ExerciseStates } from './exercise-states.query';
import { LearnerHome } from './learner-home.query';

/** The providers that read or store what a student sees about themselves. */
export const ownStateProviders = [CourseStates, ExerciseStates, CourseAccesses, LearnerHome];
