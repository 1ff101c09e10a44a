import type { Snapshot } from '../database/bulk';
import type { Row, Shape, Value } from '../database/columns';
import type { Database } from '../database/database';
import type { Finding } from './findings';

/** The fields of a record by name, as parsed from JSON. */
export type Fields = Record<string, unknown>;

/**
 * An import in progress. Its rows are first written to the temporary table `load_<table>`, where they are checked ("staged rows").
 * That table has the columns of the table and also `load_place` (the number of the record in the files), `load_line`, and `load_ours`
 * (true if the record has the fields of this application).
 */
export interface Loading {
  readonly database: Database;
  /** True if the school already has data. Then rows are only added, and existing rows are kept. */
  readonly merging: boolean;
  /** True if the files have records of this model. */
  has(label: string): boolean;
  /**
   * Writes about `rowCount` rows into a table. If the table is empty and the rows are many, its indexes and foreign keys are created
   * after the rows where the engine allows that.
   * @param write writes the rows. Its argument is true if the table is empty. Then its unique keys may be missing, so ON CONFLICT must
   * name none
   */
  fill(table: string, rowCount: number, write: (isBare: boolean) => Promise<void>): Promise<void>;
  run(sql: string, values?: readonly Value[]): Promise<number>;
  rows<S extends Shape>(shape: S, sql: string, values?: readonly Value[]): Promise<Row<S>[]>;
  /** Runs a statement that returns one row with the one number `n`. */
  number(sql: string, values?: readonly Value[]): Promise<number>;
  /** Adds a message to the report of the import. */
  note(text: string): void;
  /** Adds a message with a count to the report, unless the count is 0. */
  noteCount(count: number, text: (count: number) => string): void;
  refuse(finding: Finding): void;
  /** Refuses the staged rows of a model for which the SQL condition is true. In the condition the row has the alias `s`. */
  refuseWhere(label: string, conditionSql: string, reason: string, field?: string): Promise<void>;
}

/** The options and callbacks of `importFields`. */
export interface ImportContext {
  /** True if unknown members of a record are ignored. */
  ignoreUnknown: boolean;
  /** True if files of the other system are loaded too, so that the name of one is an address. */
  hasMedia: boolean;
  /** Also stores the value of this field as it is in the file, so that an export can write the original value again. */
  keepOriginal(field: string): void;
  /** Adds a message to the report of the import. The report shows it with the number of its records. */
  note(message: string): void;
}

/** Records of one model, ordered by primary key. */
export type Page = readonly { pk: unknown; fields: Fields }[];
export type ExportFields = (records: Page, snapshot: Snapshot) => Promise<void>;

/** The values that a field may have, as a list or a predicate. If the choice is open, other values are accepted and reported. */
export interface Choice {
  known: readonly string[] | ((value: string) => boolean);
  open?: boolean;
}

/** A field with a list of ids. The list is stored in a separate table, with a row for each pair of ids. */
export interface ManyToMany {
  field: string;
  table: string;
  from: string;
  to: string;
  /** True if the relation has no direction. The other system then writes each pair in both directions. */
  symmetrical: boolean;
}

/**
 * A field that names files of the other system. It is a text, or a list of objects with a `url`. `loaddata --media` replaces the names by
 * references to stored files, which hang on the row.
 */
export interface MediaField {
  field: string;
  /** The purpose of the stored files. */
  purpose: string;
  /** An SQL expression for the id of the person who gets the files. In the expression the row has the alias `t`. */
  ownerSql: string;
  shownAs: '320' | '960' | 'original';
  /** For a list: the addresses of the original value, in the order of our list, which has `count` items. */
  addressesOf?(original: unknown, count: number): readonly string[];
}

/**
 * A model of the other system (Django). The types, lengths, defaults and references of its fields are those of the table's columns.
 * Columns of the table that are not in `fields` exist only in this application.
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
  /** Fields with lists of ids that are ignored in an import, and empty in an export. */
  dropped?: readonly string[];
  choices?: Record<string, Choice>;
  /** Two fields that refer to an object of any model: its type and its id. */
  relatedObject?: { type: string; id: string };
  media?: readonly MediaField[];
  /** The values of fields that are missing in a record and have no default in the table. */
  defaults?: Record<string, unknown>;
  /** Columns whose values in a file are ignored, because these values are computed from other rows. */
  computed?: readonly string[];
  /** Columns that only this application has, and that `importFields` fills for records of the other system. */
  importedColumns?: readonly string[];
  /** If these columns are set, existing rows are never changed, and a record must be equal to its existing row in these columns. */
  appendOnly?: readonly string[];
  /** Converts a record of the other system to the fields of this application. @returns the fields, or a text that says why it is refused */
  importFields?(fields: Fields, context: ImportContext): Fields | string;
  /** Columns by which a record is recognised as an existing row. The default is the first unique constraint, or all columns. */
  identity?: readonly string[];
  /** Corrects staged rows, before they are compared with existing rows. The references of the staged rows are already resolved. */
  prepare?(load: Loading): Promise<void>;
  /** Writes the staged rows. Without this method the rows are inserted, or updated by their key. */
  write?(load: Loading): Promise<void>;
  /** An SQL condition for the rows that are exported to the other system. In the condition the row has the alias `t`. */
  exportedWhere?: string;
  /** Converts a page of records from the fields of this application to those of the other system. */
  exportFields?: ExportFields;
}

/** Says how the data of a module is exported and imported: its models of the other system, its checks and its computed values. */
export interface DataRules {
  readonly models: readonly ForeignModel[];
  /** Tables that are not exported, each with the reason. */
  readonly excludedTables?: Record<string, string>;
  /** Tables without a model whose rows cannot be changed because of triggers. */
  readonly appendOnly?: readonly string[];
  /** Further export conversions of models that belong to other modules, by label. */
  readonly exportExtensions?: Record<string, ExportFields>;
  /** Checks the staged rows before any row is written. */
  check?(load: Loading): Promise<void>;
  /** Computes values that no file contains. Called after all rows are written, in the order of `DataRegistry.rules`. */
  computeDerived?(load: Loading): Promise<void>;
  /** Refuses an import whose numbers are inconsistent. Called last. */
  verify?(load: Loading): Promise<void>;
  /** Sums that are in the manifest of a dump. */
  readonly sums?: Sums;
  /** The sums of a dump in the format of the other system. The default is `sums`. */
  readonly foreignSums?: Sums;
}

/**
 * The definition of a sum of a field over all records of a model. The manifest of a dump contains it, so that the dump can be verified
 * without the module that defined the sum.
 */
export interface Sum {
  model: string;
  field: string;
  /** Records with one of these values are subtracted and not added. */
  takenWhere?: { field: string; values: readonly string[] } | undefined;
}

/** The sums by their names. */
export type Sums = Record<string, Sum>;
