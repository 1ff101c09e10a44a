import type { Row, Shape } from '../../../platform/database/columns';
import type { Database } from '../../../platform/database/database';

/** Columns of an entity, as `columnsOf` describes them. */
export interface PersonalColumns<S extends Shape> {
  readonly table: string;
  readonly shape: S;
  columns(): string;
}

/** Reads the rows of a person for their export. Name the columns: what is not named, such as a hash, is not in the file. */
export const rowsOfPerson = <S extends Shape>(
  database: Database,
  columns: PersonalColumns<S>,
  personColumn: string,
  personId: number,
): Promise<Row<S>[]> =>
  database.rows(
    columns.shape,
    `SELECT ${columns.columns()} FROM ${columns.table} WHERE ${personColumn} = $1 ORDER BY 1`,
    [personId],
  );
