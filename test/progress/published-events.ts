import { Injectable, Module } from '@nestjs/common';
import { ExercisePassed, LearnerProgressed, SubmissionGraded, SubmissionReceived } from '../../src/modules/progress';
import type { DomainEvent, InTransactionHandler } from '../../src/platform/events/domain-event';
import { InTransaction } from '../../src/platform/events/handlers';
import type { School } from '../support/school';

/** Records events inside the transaction, also if the transaction is rolled back later. Tests that count events must not roll back. */
@Injectable()
@InTransaction(ExercisePassed, LearnerProgressed, SubmissionGraded, SubmissionReceived)
class ExerciseEventRecorder implements InTransactionHandler<DomainEvent> {
  readonly events: DomainEvent[] = [];

  async handle(events: DomainEvent[]): Promise<void> {
    this.events.push(...events);
  }
}

@Module({ providers: [ExerciseEventRecorder] })
class EventRecorderModule {}

/** A module that records the events about exercises that Progress publishes. */
export const eventRecorder = { module: EventRecorderModule };

/** Returns the events that Progress publishes while `work` runs. */
export async function publishedDuring(school: School, work: () => Promise<unknown>): Promise<DomainEvent[]> {
  const recorder = school.part(ExerciseEventRecorder);
  recorder.events.length = 0;
  await work();
  return [...recorder.events];
}

export const namesOf = (events: DomainEvent[]): string[] => events.map((event) => event.constructor.name).sort();
