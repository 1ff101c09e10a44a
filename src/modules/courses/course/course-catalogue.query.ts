import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AnswerCache } from '../../../platform/cache/answer-cache';
import { int, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset, type Keyset } from '../../../platform/http/cursor';
import { pageQuery, toPage, type Page } from '../../../platform/http/pagination';
import { id } from '../../../platform/http/parameters';
import { showMyCourseCard } from '../learners/own-state.dto';
import { LearnerLookup } from '../learners/learner-lookup';
import { showCourseSummary, type CourseCard, type CourseSummary } from './course.dto';
import { categories, levels } from '../course.lists';
import { catalogueVersionsSql } from '../course-versions';
import { courseColumns, courseShape, type CourseRow } from './course.rows';
import { courseIsOpenSql } from './open-course';
import { namedEnum } from '../../../platform/http/named-enum';

const sorts = ['newest', 'popular', 'title'] as const;

export const CatalogueQuery = pageQuery({
  category: namedEnum('CourseCategory', categories).optional().meta({ description: 'Only courses of this category' }),
  level: namedEnum('CourseLevel', levels).optional().meta({ description: 'Only courses of this level' }),
  teacherId: id.optional().meta({ description: 'Only courses of this teacher' }),
  q: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Words to search for in title and description. The beginning of a word is enough' }),
  sort: namedEnum('CourseSort', sorts)
    .default('newest')
    .meta({ description: '`popular` sorts by the number of enrolled students' }),
});
export type CatalogueQuery = z.output<typeof CatalogueQuery>;

type SortValue = string | number;

interface CatalogueOrder {
  /** The first column of an index whose last column is the id. The id orders rows with the same value. */
  column: string;
  direction: 'ASC' | 'DESC';
  cursor: Keyset<[SortValue, number]>;
  sortValueOf(row: CourseRow): SortValue;
  /** Converts the value in a cursor to a parameter of the SQL statement. */
  toParameter(sortValue: SortValue): Value;
}

const unchanged = (sortValue: SortValue): Value => sortValue;
const orders: Record<(typeof sorts)[number], CatalogueOrder> = {
  newest: {
    column: 'c.published_at',
    direction: 'DESC',
    cursor: keyset('courses:newest', [z.iso.datetime() as z.ZodType<SortValue>, z.int()]),
    sortValueOf: ({ publishedAt }) => publishedAt!.toISOString(),
    toParameter: (publishedAt) => new Date(publishedAt),
  },
  popular: {
    column: 'c.enrolled_count',
    direction: 'DESC',
    cursor: keyset('courses:popular', [z.int32() as z.ZodType<SortValue>, z.int()]),
    sortValueOf: ({ enrolledCount }) => enrolledCount,
    toParameter: unchanged,
  },
  title: {
    column: 'c.title',
    direction: 'ASC',
    cursor: keyset('courses:title', [z.string() as z.ZodType<SortValue>, z.int()]),
    sortValueOf: ({ title }) => title,
    toParameter: unchanged,
  },
};

/** Conditions of a WHERE clause, and the values of their placeholders. */
interface Filter {
  conditions: string[];
  values: Value[];
}

/**
 * Lists the open courses, for everybody. A page is cached without the state of the caller. A cached page costs one small statement,
 * and one more for the state of a signed-in caller. Another page costs one more statement, or two with a total.
 */
@Injectable()
export class CourseCatalogue {
  constructor(
    private readonly database: Database,
    private readonly learners: LearnerLookup,
    private readonly cache: AnswerCache,
  ) {}

  /** `callerId` is null for a visitor. */
  async list(query: CatalogueQuery, callerId: number | null): Promise<Page<CourseCard>> {
    const answer = { name: 'catalogue', versionsSql: catalogueVersionsSql, variant: query };
    const { data, page } = await this.cache.get(answer, () => this.readPage(query));
    const ids = data.map(({ id }) => id);
    const states = callerId !== null && ids.length > 0 ? await this.learners.states?.ofCourses(callerId, ids) : null;
    return {
      data: data.map((course) => ({ ...course, mine: states ? showMyCourseCard(states.get(course.id)) : null })),
      page,
    };
  }

  private async readPage(query: CatalogueQuery): Promise<Page<CourseSummary>> {
    const order = orders[query.sort];
    const filter = this.toFilter(query);
    const rows = await this.listRows(filter, order, query);
    const total = query.withTotal ? await this.count(filter) : undefined;
    const cursorAfter = (last: CourseRow) => order.cursor.after(order.sortValueOf(last), last.id);
    return toPage(rows, query.limit, cursorAfter, showCourseSummary, total);
  }

  private toFilter({ category, level, teacherId, q }: CatalogueQuery): Filter {
    // The first condition has exactly the text of the partial indexes because the engines use such an index only then.
    const filter: Filter = { conditions: [courseIsOpenSql('c')], values: [] };
    const add = (condition: (parameter: string) => string, value: Value): void => {
      filter.values.push(value);
      filter.conditions.push(condition(`$${filter.values.length}`));
    };
    if (category) add((parameter) => `c.category = ${parameter}`, category);
    if (level) add((parameter) => `c.level = ${parameter}`, level);
    if (teacherId) add((parameter) => `c.teacher_id = ${parameter}`, teacherId);
    const searchText = this.database.dialect.searchQuery(q ?? '');
    const searched = { table: 'courses_course', alias: 'c', columns: ['title', 'description'] };
    if (searchText) add((parameter) => this.database.dialect.matches({ ...searched, parameter }), searchText);
    return filter;
  }

  private listRows(filter: Filter, order: CatalogueOrder, { cursor, limit }: CatalogueQuery): Promise<CourseRow[]> {
    const values = [...filter.values];
    const conditions = [...filter.conditions];
    const lastRow = order.cursor.read(cursor);
    if (lastRow) {
      const [sortValue, id] = lastRow;
      values.push(order.toParameter(sortValue), id);
      const comparison = order.direction === 'ASC' ? '>' : '<';
      conditions.push(`(${order.column}, c.id) ${comparison} ($${values.length - 1}, $${values.length})`);
    }
    values.push(limit + 1);
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
    const row = await this.database.row({ total: int }, sql, values);
    return row?.total ?? 0;
  }
}
