import { removeSqlite } from '../template-database';

export default removeSqlite;
