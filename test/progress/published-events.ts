import { Injectable, Module } from '@nestjs/common';
import { ExercisePassed, LearnerProgressed, SubmissionGraded, SubmissionReceived } from '../../src/modules/progress';
import type { DomainEvent, InTransactionHandler } from '../../src/platform/events/domain-event';
import { InTransaction } from '../../src/platform/events/handlers';
import type { School } from '../support/school';

/** Hears inside the transaction, and so also what is rolled back: a test that counts runs nothing that fails. */
@Injectable()
@InTransaction(ExercisePassed, LearnerProgressed, SubmissionGraded, SubmissionReceived)
class ExerciseEventRecorder implements InTransactionHandler<DomainEvent> {
  readonly heard: DomainEvent[] = [];

  async handle(events: DomainEvent[]): Promise<void> {
    this.heard.push(...events);
  }
}

@Module({ providers: [ExerciseEventRecorder] })
class ListenerModule {}

/** A module above that listens to what Progress tells of exercises. */
export const listener = { module: ListenerModule };

/** What `work` made Progress tell. */
export async function publishedDuring(school: School, work: () => Promise<unknown>): Promise<DomainEvent[]> {
  const ears = school.part(ExerciseEventRecorder);
  ears.heard.length = 0;
  await work();
  return [...ears.heard];
}

export const namesOf = (events: DomainEvent[]): string[] => events.map((event) => event.constructor.name).sort();
