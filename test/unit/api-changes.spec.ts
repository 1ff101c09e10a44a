interface Change {
  isBreaking: boolean;
  text: string;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { compareDocuments } = require('../../scripts/api-changes/compare.mjs') as {
  compareDocuments: (before: object, now: object) => Change[];
};

/** A document with one route, which takes and returns a course. */
function documentOf(more: { course?: object; operation?: object; title?: object; response?: object } = {}): object {
  const title = { type: 'string', maxLength: 200, ...more.title };
  const properties = { title, level: { type: 'string', enum: ['beginner', 'advanced'] }, seats: { type: 'integer' } };
  const Course = { type: 'object', properties, required: ['title'], ...more.course };
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Course' } } };
  const post = {
    operationId: 'createCourse',
    requestBody: { required: true, content },
    responses: { 201: { content, ...more.response } },
    ...more.operation,
  };
  return { paths: { '/api/v1/courses': { post } }, components: { schemas: { Course } } };
}

/** The changes from the first document to the second: breaking ones begin with an exclamation mark. */
function changesTo(now: object, before = documentOf()): string[] {
  return compareDocuments(before, now).map(({ isBreaking, text }) => `${isBreaking ? '! ' : ''}${text}`);
}

const course = (properties: object, required = ['title']): object =>
  documentOf({
    course: { properties: { ...(documentOf() as any).components.schemas.Course.properties, ...properties }, required },
  });
const withParameters = (...parameters: object[]): object => documentOf({ operation: { parameters } });
const level = { in: 'query', name: 'level', schema: { type: 'string' } };

it.each<[string, object, string[]]>([
  ['no change', documentOf(), []],
  ['another order of members', course({}), []],
  ['a new optional property', course({ pigment: { type: 'string' } }), ['Course.pigment is new']],
  [
    'a new required property',
    course({ pigment: { type: 'string' } }, ['title', 'pigment']),
    ['! Course.pigment is new and required', 'Course.pigment is new'],
  ],
  ['a property that a response may leave out', course({}, []), ['! Course.title is optional']],
  ['null in a response', course({ seats: { type: ['integer', 'null'] } }), ['! Course.seats can be null']],
  [
    'null in another notation',
    course({ seats: { anyOf: [{ type: 'integer' }, { type: 'null' }] } }),
    ['! Course.seats can be null'],
  ],
  [
    'another type',
    course({ seats: { type: 'string' } }),
    ['! Course.seats is no longer integer', '! Course.seats can be string'],
  ],
  ['a smaller limit', documentOf({ title: { maxLength: 100 } }), ['! Course.title has maxLength 100']],
  ['a larger limit', documentOf({ title: { maxLength: 300 } }), ['Course.title has maxLength 300']],
  ['a width that says nothing', course({ seats: { type: 'integer', format: 'int64', maximum: 2 ** 53 - 1 } }), []],
  ['a new pattern', documentOf({ title: { pattern: '^A' } }), ['! Course.title has pattern ^A']],
  [
    'a new value',
    course({ level: { type: 'string', enum: ['beginner', 'advanced', 'expert'] } }),
    ['Course.level has new values: expert'],
  ],
  ['a value less', course({ level: { type: 'string', enum: ['beginner'] } }), ['! Course.level lost values: advanced']],
  [
    'another operationId',
    documentOf({ operation: { operationId: 'addCourse' } }),
    ['! POST /courses has the operationId addCourse instead of createCourse'],
  ],
  ['a removed route', { paths: {}, components: {} }, ['! POST /courses is removed']],
  ['an optional parameter', withParameters(level), ['POST /courses takes query level']],
  [
    'a required parameter',
    withParameters({ ...level, required: true }),
    ['! POST /courses takes query level, which is required'],
  ],
  [
    'another success status',
    documentOf({ operation: { responses: { 200: {} } } }),
    ['! POST /courses no longer responds with 201', '! POST /courses responds with 200'],
  ],
  ['an account that is needed', documentOf({ operation: { security: [] } }), ['POST /courses needs no account']],
])('%s is described, and marked if it breaks a client', (_, now, expected) => {
  expect(new Set(changesTo(now))).toEqual(new Set(expected));
});

it('a new name for a schema with the same content is no change', () => {
  const renamed = JSON.parse(JSON.stringify(documentOf()).replaceAll('schemas/Course', 'schemas/NewCourse'));
  renamed.components.schemas = { NewCourse: renamed.components.schemas.Course };
  expect(changesTo(renamed)).toEqual([]);
});

it('another status of a problem breaks a client, and is described once for all routes', () => {
  const problem = { properties: { code: { const: 'COURSE_FULL' } } };
  const failing = (status: number): object => {
    const content = { 'application/problem+json': { schema: problem } };
    return documentOf({ operation: { responses: { 201: {}, [status]: { content } } } });
  };
  expect(changesTo(failing(409), failing(503))).toEqual([
    '! COURSE_FULL has the status 409 instead of 503: POST /courses',
  ]);
});
