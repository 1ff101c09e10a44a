import { Injectable } from '@nestjs/common';
import { csvLine, type CsvCell } from '../../../platform/http/csv';
import { toPage } from '../../../platform/http/pagination';
import { fullNameOf } from '../learner/student.dto';
import {
  showGradebookExercise,
  showGradebookResult,
  showGradebookRow,
  type Gradebook,
  type GradebookExportQuery,
  type GradebookQuery,
} from './gradebook.dto';
import { gradebookOrders } from './gradebook-order';
import type { GradebookExercise, GradebookResult, GradebookStudent } from './gradebook-rows';
import { GradebookLists } from './gradebook.query';

const studentsPerBatch = 1_000;

/** The gradebook of a course: students × exercises, as pages and as a file. */
@Injectable()
export class Gradebooks {
  constructor(private readonly lists: GradebookLists) {}

  /** Sends three statements, and a fourth one for the total. */
  async getPage(courseId: number, { q, sort, limit, cursor, withTotal }: GradebookQuery): Promise<Gradebook> {
    const order = gradebookOrders[sort];
    const position = order.cursor.read(cursor);
    const after = position && ([order.toParameter(position[0]), position[1]] as const);
    const exercises = await this.lists.listExercises(courseId);
    const students = await this.lists.listStudents(courseId, order, { q, after, count: limit + 1 });
    const results = await this.readResults(courseId, students.slice(0, limit));
    const total = withTotal ? await this.lists.countStudents(courseId, q) : undefined;
    const page = toPage(
      students,
      limit,
      (last) => order.cursor.after(order.sortValueOf(last), last.id),
      (student) => showGradebookRow(student, results.get(student.studentId) ?? []),
      total,
    );
    return { exercises: exercises.map(showGradebookExercise), ...page };
  }

  /** Writes the whole gradebook as CSV, and reads it in batches, so that a large course does not fill the memory. */
  async *writeCsv(courseId: number, { q, sort }: GradebookExportQuery): AsyncGenerator<string> {
    const order = gradebookOrders[sort];
    const exercises = await this.lists.listExercises(courseId);
    yield csvLine([...studentHeaders, ...exercises.map(({ title }) => title)]);
    let last: GradebookStudent | undefined;
    do {
      const after = last ? ([order.toParameter(order.sortValueOf(last)), last.id] as const) : null;
      const students = await this.lists.listStudents(courseId, order, { q, after, count: studentsPerBatch });
      const results = await this.readResults(courseId, students);
      const lines = students.map((student) => toCsvLine(student, exercises, results.get(student.studentId) ?? []));
      if (lines.length > 0) yield lines.join('');
      last = students.length === studentsPerBatch ? students.at(-1) : undefined;
    } while (last);
  }

  private async readResults(
    courseId: number,
    students: readonly GradebookStudent[],
  ): Promise<ReadonlyMap<number, GradebookResult[]>> {
    const studentIds = students.map(({ studentId }) => studentId);
    const results = await this.lists.listResults(courseId, studentIds);
    return groupByStudent(results);
  }
}

function groupByStudent(results: readonly GradebookResult[]): Map<number, GradebookResult[]> {
  const resultsByStudent = new Map<number, GradebookResult[]>();
  for (const result of results) {
    const ofStudent = resultsByStudent.get(result.studentId);
    if (ofStudent) ofStudent.push(result);
    else resultsByStudent.set(result.studentId, [result]);
  }
  return resultsByStudent;
}

const studentHeaders = ['Student id', 'Username', 'Name', 'Progress %', 'Completed at', 'Last accessed at'];

/** The cell of an exercise is the score in percent, or the status if there is no score. It is empty if the exercise is not started. */
function toCsvLine(
  student: GradebookStudent,
  exercises: readonly GradebookExercise[],
  results: readonly GradebookResult[],
): string {
  const cells = new Map(results.map((result) => [result.exerciseId, showGradebookResult(result)]));
  return csvLine([
    student.studentId,
    student.username,
    fullNameOf(student),
    student.progressPercentage,
    student.completionDate?.toISOString() ?? null,
    student.lastAccessed.toISOString(),
    ...exercises.map(({ id }): CsvCell => {
      const cell = cells.get(id);
      return cell?.scorePercent ?? cell?.status ?? null;
    }),
  ]);
}
