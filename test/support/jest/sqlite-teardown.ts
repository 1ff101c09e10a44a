import { removeSqlite } from '../database-template';

export default removeSqlite;
