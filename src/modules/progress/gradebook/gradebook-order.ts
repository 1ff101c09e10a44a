import { z } from 'zod';
import type { Value } from '../../../platform/database/columns';
import { keyset, type Keyset } from '../../../platform/http/cursor';
import type { GradebookStudent } from './gradebook-rows';

export const gradebookSorts = ['name', '-name', 'progress', '-progress', 'lastAccessedAt', '-lastAccessedAt'] as const;
export type GradebookSort = (typeof gradebookSorts)[number];

type SortValue = string | number;

/** How a page of the gradebook is sorted. The id of the enrolment orders students with the same value. */
export interface GradebookOrder {
  column: 'sortName' | 'progressPercentage' | 'lastAccessed';
  direction: 'ASC' | 'DESC';
  cursor: Keyset<[SortValue, number]>;
  sortValueOf(row: GradebookStudent): SortValue;
  /** Converts the value in a cursor to a parameter of the SQL statement. */
  toParameter(sortValue: SortValue): Value;
}

type OrderOfColumn = Pick<GradebookOrder, 'column' | 'sortValueOf' | 'toParameter'> & { value: z.ZodType<SortValue> };

const unchanged = (sortValue: SortValue): Value => sortValue;
const columns: Record<'name' | 'progress' | 'lastAccessedAt', OrderOfColumn> = {
  name: { column: 'sortName', value: z.string(), sortValueOf: (row) => row.sortName, toParameter: unchanged },
  progress: {
    column: 'progressPercentage',
    value: z.number().min(0).max(100),
    sortValueOf: (row) => row.progressPercentage,
    toParameter: unchanged,
  },
  lastAccessedAt: {
    column: 'lastAccessed',
    value: z.iso.datetime(),
    sortValueOf: (row) => row.lastAccessed.toISOString(),
    toParameter: (time) => new Date(time),
  },
};

function orderOf(sort: GradebookSort): GradebookOrder {
  const isDescending = sort.startsWith('-');
  const { value, ...order } = columns[sort.replace('-', '') as keyof typeof columns];
  const cursor = keyset(`gradebook:${sort}`, [value, z.int()]);
  return { ...order, direction: isDescending ? 'DESC' : 'ASC', cursor };
}

export const gradebookOrders: Record<GradebookSort, GradebookOrder> = {
  name: orderOf('name'),
  '-name': orderOf('-name'),
  progress: orderOf('progress'),
  '-progress': orderOf('-progress'),
  lastAccessedAt: orderOf('lastAccessedAt'),
  '-lastAccessedAt': orderOf('-lastAccessedAt'),
};
