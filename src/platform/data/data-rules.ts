import type { Snapshot } from '../database/bulk';
import type { Row, Shape, Value } from '../database/columns';
import type { Database } from '../database/database';
import type { Finding } from './findings';

/** The fields of a record by name, as JSON gives them. */
export type Fields = Record<string, unknown>;

/**
 * A load on its way. Staged rows stand in `load_<table>`, with the table's own columns and `load_place` (the record's number
 * in the files), `load_line`, and `load_ours` (it came with our own fields).
 */
export interface Loading {
  readonly database: Database;
  /** What is there stays, and rows are only added; otherwise the school was empty. */
  readonly merging: boolean;
  /** Whether the files hold records of this model. */
  has(label: string): boolean;
  run(sql: string, values?: readonly Value[]): Promise<number>;
  rows<S extends Shape>(shape: S, sql: string, values?: readonly Value[]): Promise<Row<S>[]>;
  /** The one number `n` of an answer. */
  number(sql: string, values?: readonly Value[]): Promise<number>;
  /** Tells the person who loads, in their words. */
  note(text: string): void;
  /** Tells it only where it happened. */
  noteCount(count: number, text: (count: number) => string): void;
  refuse(finding: Finding): void;
  /** Refuses the staged rows (`s`) of a model for which the condition holds. */
  refuseWhere(label: string, condition: string, reason: string, field?: string): Promise<void>;
}

/** What `adopt` may ask for, and tell. */
export interface Adoption {
  /** Members nobody knows are read over. */
  ignoreUnknown: boolean;
  /** What the file says in this field is kept beside what was made of it, and is what the other system gets back. */
  keepOriginal(field: string): void;
  /** Tells the person who loads, with the number of records it happened to. */
  note(what: string): void;
}

/** Records of one model, ascending by number. */
export type Page = readonly { pk: unknown; fields: Fields }[];
export type Release = (records: Page, snapshot: Snapshot) => Promise<void>;

/** Values a field may hold; a predicate where they are not a list. An open list takes all, and tells which it does not know. */
export interface Choice {
  known: readonly string[] | ((value: string) => boolean);
  open?: boolean;
}

/** A list of ids that lives in a table of its own: an edge a row. */
export interface ManyToMany {
  field: string;
  table: string;
  from: string;
  to: string;
  /** In the other system a row stands for both directions, and both are in its files. */
  symmetrical: boolean;
}

/**
 * A model as the other system declares it. What it does not say of a column (kind, length, default, what it refers to), the
 * table says; columns of the table that are not among `fields` are ours alone.
 */
export interface ForeignModel {
  /** `app.model`, in small letters. */
  label: string;
  table: string;
  /** In the order of declaration. */
  fields: readonly string[];
  /** The field that names a record where its number is not given. */
  naturalKey?: string;
  /** Other fields that may be chosen as the natural key. */
  otherKeys?: readonly string[];
  manyToMany?: readonly ManyToMany[];
  /** Lists of ids that are read over, and written empty. */
  dropped?: readonly string[];
  choices?: Record<string, Choice>;
  /** Two fields that name an object of any kind: its kind and its number. */
  relatedObject?: { type: string; id: string };
  /** What a field holds where a record does not have it and the table knows no default. */
  defaults?: Record<string, unknown>;
  /** Columns a file does not decide: what hangs on other rows. */
  computed?: readonly string[];
  /** Columns of ours that `adopt` fills for records that come without ours. */
  adopted?: readonly string[];
  /** Rows are never changed: what is there must be equal in these columns. */
  appendOnly?: readonly string[];
  /** Makes our fields of a record that came without them. A text it gives is why it cannot. */
  adopt?(fields: Fields, adoption: Adoption): Fields | string;
  /** Columns that say that a record is a row that is there already; the first unique constraint, or all, where it does not say. */
  identity?: readonly string[];
  /** Puts staged rows right, before they are looked for among those that are there. References are known by then. */
  prepare?(load: Loading): Promise<void>;
  /** Writes the staged rows; without it they are inserted or updated by their key. */
  write?(load: Loading): Promise<void>;
  /** Which rows the other system knows, as a condition on `t`. */
  releasedWhere?: string;
  /** Makes the other system's fields of ours, for a page of records. */
  release?: Release;
}

/** What a module knows of its data: the tables it shares with the other system, and what follows from rows. */
export interface DataRules {
  readonly models: readonly ForeignModel[];
  /** Tables that stay where they are, and why. */
  readonly leftOut?: Record<string, string>;
  /** Tables whose rows triggers keep as they are, beside models that say so. */
  readonly appendOnly?: readonly string[];
  /** What it adds to models of modules below when they are made into the other system's, by label. */
  readonly releases?: Record<string, Release>;
  /** Looks at the staged rows before anything is written. */
  check?(load: Loading): Promise<void>;
  /** After all rows are written: computes what no file holds. In the order of the arrows. */
  settle?(load: Loading): Promise<void>;
  /** The last word: refuses what does not add up. */
  prove?(load: Loading): Promise<void>;
  /** Sums that the manifest of a dump shows. */
  readonly sums?: Sums;
  /** The same of a dump in the other system's words; where nothing is said, as `sums`. */
  readonly foreignSums?: Sums;
}

/**
 * A field, added up over the records of a model. Plain data, which a manifest carries with it: whoever verifies a dump need not
 * have the module that named the sum.
 */
export interface Sum {
  model: string;
  field: string;
  /** Records that take away, by what another field of theirs says. */
  takenWhere?: { field: string; values: readonly string[] } | undefined;
}

/** By what they are called. */
export type Sums = Record<string, Sum>;
