import { lessonTypes, type LessonType } from '../course.lists';
import { needsExercises, describeMissing } from './lesson-requirements';

const empty = { content: ' \n', videoUrl: '', materials: [] };
const video = 'https://video.example.org/1';

describe('a complete lesson', () => {
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
  ])('a %s lesson with %j and %i exercises lacks nothing', (lessonType, content, exerciseCount) => {
    expect(describeMissing({ lessonType, ...empty, ...content }, exerciseCount)).toBeNull();
  });
});

describe('an incomplete lesson', () => {
  it.each(lessonTypes)('a blank %s lesson is reported with its type', (lessonType) => {
    expect(describeMissing({ lessonType, ...empty }, 0)).toContain(`A ${lessonType}`);
  });

  it.each<[LessonType, object, number]>([
    ['video', { materials: [{}] }, 1],
    ['live', { materials: [{}] }, 1],
    ['quiz', { videoUrl: video, materials: [{}] }, 0],
    ['theory', {}, 1],
  ])('a %s lesson with only %j and %i exercises is reported', (lessonType, content, exerciseCount) => {
    expect(describeMissing({ lessonType, ...empty, ...content }, exerciseCount)).not.toBeNull();
  });
});

it('needsExercises is true only for a quiz lesson without text', () => {
  expect(needsExercises({ lessonType: 'quiz', ...empty })).toBe(true);
  expect(needsExercises({ lessonType: 'quiz', ...empty, content: 'Ask.' })).toBe(false);
  expect(needsExercises({ lessonType: 'video', ...empty })).toBe(false);
});
