import type { Snapshot } from '../database/bulk';
import type { Row, Shape, Value } from '../database/columns';
import type { Database } from '../database/database';
import type { Finding } from './findings';

/** The fields of a record by name, as parsed from JSON. */
export type Fields = Record<string, unknown>;

/**
 * A load in progress. Its rows are staged in `load_<table>`, which has the columns of the table and `load_place` (the record's
 * number in the files), `load_line`, and `load_ours` (true if the record has the fields of this application).
 */
export interface Loading {
  readonly database: Database;
  /** True if the school already has data. Then existing rows stay, and rows are only added. */
  readonly merging: boolean;
  /** True if the files have records of this model. */
  has(label: string): boolean;
  run(sql: string, values?: readonly Value[]): Promise<number>;
  rows<S extends Shape>(shape: S, sql: string, values?: readonly Value[]): Promise<Row<S>[]>;
  /** Runs a statement that returns one row with the one number `n`. */
  number(sql: string, values?: readonly Value[]): Promise<number>;
  /** Adds a message to the report of the load. */
  note(text: string): void;
  /** Adds a message with a count to the report, unless the count is 0. */
  noteCount(count: number, text: (count: number) => string): void;
  refuse(finding: Finding): void;
  /** Refuses the staged rows of a model for which the SQL condition is true. In it the row has the alias `s`. */
  refuseWhere(label: string, condition: string, reason: string, field?: string): Promise<void>;
}

/** The options and callbacks of `importFields`. */
export interface ImportContext {
  /** True if unknown members of a record are ignored. */
  ignoreUnknown: boolean;
  /** Stores the value of this field as it is in the file, next to the converted one, so that an export can write it again. */
  keepOriginal(field: string): void;
  /** Adds a message to the report of the load, with the number of records it is about. */
  note(what: string): void;
}

/** Records of one model, ordered by primary key. */
export type Page = readonly { pk: unknown; fields: Fields }[];
export type ExportFields = (records: Page, snapshot: Snapshot) => Promise<void>;

/** The values that a field may have: a list or a predicate. If it is open, other values are accepted and reported. */
export interface Choice {
  known: readonly string[] | ((value: string) => boolean);
  open?: boolean;
}

/** A field with a list of ids. It is stored in a table of its own, with a row for each pair of ids. */
export interface ManyToMany {
  field: string;
  table: string;
  from: string;
  to: string;
  /** True if the relation has no direction. The other system then writes each pair in both directions. */
  symmetrical: boolean;
}

/**
 * A model of the other system (Django). The type, length, default and reference of a column are those of the table. Columns of the
 * table that are not in `fields` exist only in this application.
 */
export interface ForeignModel {
  /** `app.model`, in lower case. */
  label: string;
  table: string;
  /** The fields in the order of their declaration. */
  fields: readonly string[];
  /** The field that identifies a record without a primary key. */
  naturalKey?: string;
  /** Other fields that may be chosen as the natural key. */
  otherKeys?: readonly string[];
  manyToMany?: readonly ManyToMany[];
  /** Lists of ids that are ignored in an import, and empty in an export. */
  dropped?: readonly string[];
  choices?: Record<string, Choice>;
  /** Two fields that refer to an object of any model: its type and its id. */
  relatedObject?: { type: string; id: string };
  /** The values of fields that are missing in a record and have no default in the table. */
  defaults?: Record<string, unknown>;
  /** Columns whose value in the file is ignored, because they are computed from other rows. */
  computed?: readonly string[];
  /** Columns that only this application has, and that `importFields` fills for records of the other system. */
  importedColumns?: readonly string[];
  /** If set, existing rows are never changed, and a record must be equal to its row in these columns. */
  appendOnly?: readonly string[];
  /** Converts a record of the other system to the fields of this application. @returns the fields, or a text that says why it is refused */
  importFields?(fields: Fields, context: ImportContext): Fields | string;
  /** Columns by which a record is recognised as an existing row. The default is the first unique constraint, or all columns. */
  identity?: readonly string[];
  /** Corrects staged rows, before existing rows are searched for them. Their references are already resolved. */
  prepare?(load: Loading): Promise<void>;
  /** Writes the staged rows. Without it they are inserted, or updated by their key. */
  write?(load: Loading): Promise<void>;
  /** An SQL condition for the rows that are exported to the other system. In it the row has the alias `t`. */
  exportedWhere?: string;
  /** Converts a page of records from the fields of this application to those of the other system. */
  exportFields?: ExportFields;
}

/** How the data of a module is exported and imported: its models of the other system, and its checks and computed values. */
export interface DataRules {
  readonly models: readonly ForeignModel[];
  /** Tables that are not exported, each with the reason. */
  readonly excludedTables?: Record<string, string>;
  /** Tables without a model whose rows cannot be changed because of triggers. */
  readonly appendOnly?: readonly string[];
  /** Further export conversions of models that belong to other modules, by label. */
  readonly exportExtensions?: Record<string, ExportFields>;
  /** Checks the staged rows before anything is written. */
  check?(load: Loading): Promise<void>;
  /** Computes values that no file contains, after all rows are written. Called in the order of `DataRegistry.rules`. */
  computeDerived?(load: Loading): Promise<void>;
  /** Called last. Refuses a load whose numbers are inconsistent. */
  verify?(load: Loading): Promise<void>;
  /** Sums that are in the manifest of a dump. */
  readonly sums?: Sums;
  /** The sums of a dump in the format of the other system. The default is `sums`. */
  readonly foreignSums?: Sums;
}

/**
 * The sum of a field over all records of a model. It is plain data in the manifest of a dump, so that a dump can be verified without
 * the module that defined the sum.
 */
export interface Sum {
  model: string;
  field: string;
  /** Records with one of these values are subtracted and not added. */
  takenWhere?: { field: string; values: readonly string[] } | undefined;
}

/** The sums by their names. */
export type Sums = Record<string, Sum>;
