import { Injectable, Module } from '@nestjs/common';
import { AnswerKeyChanged, CourseArchived, CourseContentChanged, CoursePublished } from '../../src/modules/courses';
import type { DomainEvent } from '../../src/platform/events/domain-event';
import { AfterCommit, InTransaction } from '../../src/platform/events/handlers';
import type { School } from '../support/school';

@Injectable()
@AfterCommit(AnswerKeyChanged, CoursePublished, CourseArchived)
class HearWhatWasCommitted {
  readonly heard: DomainEvent[] = [];

  async handle(event: DomainEvent): Promise<void> {
    this.heard.push(event);
  }
}

@Injectable()
@InTransaction(CourseContentChanged)
class HearContentChanges {
  readonly heard: CourseContentChanged[] = [];

  async handle(events: CourseContentChanged[]): Promise<void> {
    this.heard.push(...events);
  }
}

@Module({ providers: [HearWhatWasCommitted, HearContentChanges] })
class ListenerModule {}

/** A module above that listens to what Courses tells. */
export const listener = { module: ListenerModule };

/** What `work` made Courses tell, its after-commit events delivered. */
export async function told(school: School, work: () => Promise<unknown>): Promise<[string, object][]> {
  const ears = [school.part(HearContentChanges), school.part(HearWhatWasCommitted)];
  await school.settle();
  for (const { heard } of ears) heard.length = 0;
  await work();
  await school.settle();
  return ears.flatMap(({ heard }) => heard.map((event): [string, object] => [event.constructor.name, event.payload]));
}
