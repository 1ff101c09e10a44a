import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants';
import { DiscoveryService } from '@nestjs/core';
import { auditedRouteOf, type AuditedRoute } from '../../src/platform/audit/audited';
import { routeMetadata, type RouteOptions } from '../../src/platform/http/route';
import { School } from '../support/school';

/** The access matrix shows by requests that each change by the staff leaves an entry. This file looks at all routes, also at those that are refused there. */
let school: School;
beforeAll(async () => {
  school = await School.open();
});
afterAll(() => school.close());

interface WritingRoute {
  name: string;
  options: RouteOptions;
  audited: AuditedRoute | undefined;
  bodyProperties: Record<string, object>;
}

type Operation = { operationId: string; requestBody?: { content: Record<string, { schema: { $ref?: string } }> } };
const schemas = (): Record<string, { properties?: Record<string, object> }> =>
  (school.document.components as { schemas: Record<string, object> }).schemas;

function bodyPropertiesOf(handlerName: string): Record<string, object> {
  const operations = Object.values(school.document.paths).flatMap((item) =>
    Object.values(item as Record<string, Operation>),
  );
  const operation = operations.find(({ operationId }) => operationId === handlerName);
  const reference = operation?.requestBody?.content['application/json']?.schema.$ref;
  return (reference && schemas()[reference.split('/').at(-1)!]?.properties) || {};
}

/** Every route that is not a GET. */
function writingRoutes(): WritingRoute[] {
  return school
    .part(DiscoveryService)
    .getControllers()
    .flatMap(({ metatype }) => {
      const prototype = (metatype as Type<object>).prototype as Record<string, object>;
      return Object.getOwnPropertyNames(prototype).flatMap((name) => {
        const handler = prototype[name]!;
        const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
        const options = Reflect.getMetadata(routeMetadata, handler) as RouteOptions | undefined;
        if (!options || method === RequestMethod.GET) return [];
        return [{ name, options, audited: auditedRouteOf(handler), bodyProperties: bodyPropertiesOf(name) }];
      });
    });
}

/** Routes for some people only that have no `@Audited`, with the reason. */
const recordedOtherwise: Record<string, string> = {
  ...Object.fromEntries(
    [
      'activateUser',
      'approveTeacher',
      'changeUserRole',
      'createApiKey',
      'createPasswordReset',
      'deactivateUser',
      'endUserSessions',
      'refuseTeacher',
      'removeUserSecondFactor',
      'revokeApiKey',
    ].map((name) => [name, 'a security event, which SecurityEvents records']),
  ),
  decideUndeliveredEvent: 'OutboxAdministration records it, because the command line decides too',
  retryMail: 'MailAdministration records it, because the command line does it too',
  runJob: 'JobRuns records it, in the transaction that starts the run',
  withdrawAnnouncement: 'AnnouncementWithdrawal records it, because it has several transactions',
  withdrawCourseMessage: 'CourseMessages records it, because it has several transactions',
  createFrequentComment: 'no act of the staff: a teacher writes a note for themselves',
  replaceMyTeacherApplication: 'no act of the staff: a teacher changes the text about themselves',
  ...Object.fromEntries(
    ['uploadFile', 'beginUpload', 'appendToUpload', 'cancelUpload'].map((name) => [
      name,
      'A file is used by the route that attaches it, which has an entry if the thing belongs to the school',
    ]),
  ),
  ...Object.fromEntries(
    ['addPin', 'deletePin', 'reopenPin', 'replyToPin', 'resolvePin'].map((name) => [
      name,
      'no act of the staff: a remark names its author, and only they delete it',
    ]),
  ),
};

test('every route that changes something and is for the staff is recorded in the audit log', () => {
  const unrecorded = writingRoutes().filter(({ options, audited }) => options.access !== undefined && !audited);
  expect(unrecorded.map(({ name }) => name).sort()).toEqual(Object.keys(recordedOtherwise).sort());
});

test('an action is named after a module and what happened, and no two routes have the same', () => {
  const actions = writingRoutes().flatMap(({ audited }) => audited?.action ?? []);
  for (const action of actions) expect(action).toMatch(/^[a-z]+(\.[a-z]+(-[a-z]+)*)$/);
  expect(new Set(actions).size).toBe(actions.length);
});

test('a detail is a number, a flag, a name of a list, or the length of an array: never a text that somebody has written', () => {
  for (const { name, audited, bodyProperties } of writingRoutes()) {
    const members = [...(audited?.keep ?? []), ...(audited?.object ? [audited.object[1]] : [])];
    for (const member of members)
      expect([name, member, isHarmless(bodyProperties[member])]).toEqual([name, member, true]);
  }
});

/** Whether a JSON Schema allows only such values. */
function isHarmless(
  schema: { type?: string | string[]; enum?: unknown; $ref?: string; anyOf?: object[] } | undefined,
): boolean {
  if (!schema) return false;
  if (schema.$ref) return isHarmless(schemas()[schema.$ref.split('/').at(-1)!] as object);
  if (schema.anyOf) return schema.anyOf.every((part) => isHarmless(part));
  return schema.enum !== undefined || ![schema.type].flat().includes('string');
}
