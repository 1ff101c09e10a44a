import { preparePostgres } from '../template-database';

/** Jest calls the default export, once per run in which a test of this project takes part. */
export default preparePostgres;
