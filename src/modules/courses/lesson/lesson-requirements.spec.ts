import { lessonTypes, type LessonType } from '../course.lists';
import { needsExercises, whatIsMissing } from './lesson-requirements';

const empty = { content: ' \n', videoUrl: '', materials: [] };
const video = 'https://video.example.org/1';

describe('a lesson can be shown', () => {
  it.each<[LessonType, object, number]>([
    ['video', { videoUrl: video }, 0],
    ['video', { content: 'The transcript.' }, 0],
    ['live', { content: 'Tuesday at six, room 4.' }, 0],
    ['live', { videoUrl: video }, 0],
    ['quiz', {}, 1],
    ['quiz', { content: 'Ask yourself.' }, 0],
    ['theory', { content: 'Read.' }, 0],
    ['practical', { materials: [{}] }, 0],
    ['mixed', { videoUrl: video }, 0],
    ['critique', { content: 'Look.' }, 0],
  ])('of type %s with %j and %i exercises', (lessonType, more, exercises) => {
    expect(whatIsMissing({ lessonType, ...empty, ...more }, exercises)).toBeNull();
  });
});

describe('a lesson lacks something', () => {
  it.each(lessonTypes)('of type %s when it is blank, and says what', (lessonType) => {
    expect(whatIsMissing({ lessonType, ...empty }, 0)).toContain(`A ${lessonType}`);
  });

  it.each<[LessonType, object, number]>([
    ['video', { materials: [{}] }, 1],
    ['live', { materials: [{}] }, 1],
    ['quiz', { videoUrl: video, materials: [{}] }, 0],
    ['theory', {}, 1],
  ])('of type %s with only %j and %i exercises', (lessonType, more, exercises) => {
    expect(whatIsMissing({ lessonType, ...empty, ...more }, exercises)).not.toBeNull();
  });
});

it('counts exercises only for a quiz without a text', () => {
  expect(needsExercises({ lessonType: 'quiz', ...empty })).toBe(true);
  expect(needsExercises({ lessonType: 'quiz', ...empty, content: 'Ask.' })).toBe(false);
  expect(needsExercises({ lessonType: 'video', ...empty })).toBe(false);
});
