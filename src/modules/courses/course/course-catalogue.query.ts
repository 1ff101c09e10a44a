import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset, type Keyset } from '../../../platform/http/cursor';
import { pageQuery, toPage, type Page } from '../../../platform/http/pagination';
import { id } from '../../../platform/http/parameters';
import { showCourseSummary, type CourseSummary } from './course.dto';
import { categories, levels } from '../course.lists';
import { courseColumns, courseShape, type CourseRow } from './course.rows';
import { courseIsOpen } from './open-course';

const sorts = ['newest', 'popular', 'title'] as const;

export const CatalogueQuery = pageQuery({
  category: z.enum(categories).optional(),
  level: z.enum(levels).optional(),
  teacherId: id.optional(),
  q: z.string().max(200).optional().meta({ description: 'Words that title or description hold, or words they begin' }),
  sort: z.enum(sorts).default('newest').meta({ description: '`popular`: by the number of students enrolled' }),
});
export type CatalogueQuery = z.output<typeof CatalogueQuery>;

type Key = string | number;

interface Order {
  /** The column of an index that ends in the id, which decides between equals. */
  column: string;
  direction: 'ASC' | 'DESC';
  cursor: Keyset<[Key, number]>;
  keyOf(row: CourseRow): Key;
  bind(key: Key): Value;
}

const bind = (key: Key): Value => key;
const orders: Record<(typeof sorts)[number], Order> = {
  newest: {
    column: 'c.published_at',
    direction: 'DESC',
    cursor: keyset('courses:newest', [z.iso.datetime() as z.ZodType<Key>, z.int()]),
    keyOf: ({ publishedAt }) => publishedAt!.toISOString(),
    bind: (key) => new Date(key),
  },
  popular: {
    column: 'c.enrolled_count',
    direction: 'DESC',
    cursor: keyset('courses:popular', [z.int32() as z.ZodType<Key>, z.int()]),
    keyOf: ({ enrolledCount }) => enrolledCount,
    bind,
  },
  title: {
    column: 'c.title',
    direction: 'ASC',
    cursor: keyset('courses:title', [z.string() as z.ZodType<Key>, z.int()]),
    keyOf: ({ title }) => title,
    bind,
  },
};

/** Conditions of a WHERE, and the values of their placeholders. */
interface Filter {
  conditions: string[];
  values: Value[];
}

/** What anybody may choose from: open courses. One statement a page, one more for a total. */
@Injectable()
export class CourseCatalogue {
  constructor(private readonly database: Database) {}

  /** May lag: a course that was published a moment ago may be missing from a list for a moment more. */
  page(query: CatalogueQuery): Promise<Page<CourseSummary>> {
    return this.database.readFromReplica(() => this.read(query));
  }

  private async read(query: CatalogueQuery): Promise<Page<CourseSummary>> {
    const order = orders[query.sort];
    const filter = this.filter(query);
    const rows = await this.rows(filter, order, query);
    const total = query.withTotal ? await this.count(filter) : undefined;
    const cursorAfter = (last: CourseRow) => order.cursor.after(order.keyOf(last), last.id);
    return toPage(rows, query.limit, cursorAfter, showCourseSummary, total);
  }

  private filter({ category, level, teacherId, q }: CatalogueQuery): Filter {
    // As in the partial indexes, word by word: that is how the engines recognise them.
    const filter: Filter = { conditions: [courseIsOpen('c')], values: [] };
    const add = (condition: (parameter: string) => string, value: Value): void => {
      filter.values.push(value);
      filter.conditions.push(condition(`$${filter.values.length}`));
    };
    if (category) add((parameter) => `c.category = ${parameter}`, category);
    if (level) add((parameter) => `c.level = ${parameter}`, level);
    if (teacherId) add((parameter) => `c.teacher_id = ${parameter}`, teacherId);
    const words = this.database.dialect.searchQuery(q ?? '');
    const columns = ['title', 'description'];
    if (words)
      add(
        (parameter) => this.database.dialect.matches({ table: 'courses_course', alias: 'c', columns, parameter }),
        words,
      );
    return filter;
  }

  private rows(filter: Filter, order: Order, { cursor, limit }: CatalogueQuery): Promise<CourseRow[]> {
    const after = order.cursor.read(cursor);
    const values = [...filter.values, ...(after ? [order.bind(after[0]), after[1]] : []), limit + 1];
    const comparison = order.direction === 'ASC' ? '>' : '<';
    const from = `(${order.column}, c.id) ${comparison} ($${values.length - 2}, $${values.length - 1})`;
    const conditions = [...filter.conditions, ...(after ? [from] : [])];
    return this.database.rows(
      courseShape,
      `SELECT ${courseColumns} FROM courses_course c JOIN users_user u ON u.id = c.teacher_id
       WHERE ${conditions.join(' AND ')}
       ORDER BY ${order.column} ${order.direction}, c.id ${order.direction} LIMIT $${values.length}`,
      values,
    );
  }

  private async count({ conditions, values }: Filter): Promise<number> {
    const sql = `SELECT count(*) AS total FROM courses_course c WHERE ${conditions.join(' AND ')}`;
    return (await this.database.row({ total: int }, sql, values))?.total ?? 0;
  }
}
