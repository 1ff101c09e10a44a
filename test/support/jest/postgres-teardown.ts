import { removePostgres } from '../database-template';

export default removePostgres;
