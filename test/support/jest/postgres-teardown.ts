import { removePostgres } from '../template-database';

export default removePostgres;
