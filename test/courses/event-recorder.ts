import { Injectable, Module } from '@nestjs/common';
import { AnswerKeyChanged, CourseArchived, CourseContentChanged, CoursePublished } from '../../src/modules/courses';
import type { DomainEvent } from '../../src/platform/events/domain-event';
import { AfterCommit, InTransaction } from '../../src/platform/events/handlers';
import type { School } from '../support/school';

@Injectable()
@AfterCommit(AnswerKeyChanged, CoursePublished, CourseArchived)
class RecordCommittedEvents {
  readonly events: DomainEvent[] = [];

  async handle(event: DomainEvent): Promise<void> {
    this.events.push(event);
  }
}

@Injectable()
@InTransaction(CourseContentChanged)
class RecordContentChanges {
  readonly events: CourseContentChanged[] = [];

  async handle(events: CourseContentChanged[]): Promise<void> {
    this.events.push(...events);
  }
}

@Module({ providers: [RecordCommittedEvents, RecordContentChanges] })
class EventRecorderModule {}

/** A module that subscribes to the events of Courses, as a higher module does. */
export const eventRecorder = { module: EventRecorderModule };

/** Returns the events that Courses publishes while `work` runs, after the outbox has delivered them. */
export async function publishedBy(school: School, work: () => Promise<unknown>): Promise<[string, object][]> {
  const recorders = [school.part(RecordContentChanges), school.part(RecordCommittedEvents)];
  await school.settle();
  for (const { events } of recorders) events.length = 0;
  await work();
  await school.settle();
  return recorders.flatMap(({ events }) =>
    events.map((event): [string, object] => [event.constructor.name, event.payload]),
  );
}
