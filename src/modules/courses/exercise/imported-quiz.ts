import type { Fields } from '../../../platform/data/data-rules';
import { answerKeyOf, contentOf, idOfIndex } from './option-ids';
import { ExerciseContent, type AnswerKey, type Question } from './quiz';

/** A quiz of another system, split into the content that students may see and the right answers. */
export interface SplitQuiz {
  content: ExerciseContent;
  answerKey: AnswerKey;
}

const questionMembers = new Set(['question', 'options', 'answer', 'points']);

/** @returns the split quiz, or as text the reason why the answers cannot be separated from the content */
export function splitQuiz(content: unknown, description: unknown, ignoreUnknown: boolean): SplitQuiz | string {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return 'content is not an object';
  const { questions, prompt, ...unknownFields } = content as Fields;
  const unknownMembers = Object.keys(unknownFields);
  // An unknown member may hold an answer, and every enrolled student would see it.
  if (unknownMembers.length > 0 && !ignoreUnknown) return `content has unknown members: ${unknownMembers.join(', ')}`;
  const importedQuestions = Array.isArray(questions) ? questions : [];
  const results = importedQuestions.map((imported, index) => splitQuestion(imported, index, ignoreUnknown));
  const problem = results.find((result) => typeof result === 'string');
  if (problem !== undefined) return problem;
  const questionsWithKeys = results as QuestionWithKey[];
  const splitContent: ExerciseContent = {};
  const promptText = choosePrompt(prompt, questionsWithKeys.length > 0, description);
  if (promptText !== undefined) splitContent.prompt = promptText;
  if (questionsWithKeys.length > 0) splitContent.questions = questionsWithKeys.map(({ question }) => question);
  const { error } = ExerciseContent.safeParse(splitContent);
  if (error) return `content: ${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`;
  const answerKey = Object.fromEntries(questionsWithKeys.map(({ question, key }) => [question.id, key]));
  return { content: splitContent, answerKey };
}

/** An exercise without prompt and questions gets its description as the prompt. */
function choosePrompt(prompt: unknown, hasQuestions: boolean, description: unknown): string | undefined {
  if (typeof prompt === 'string' && prompt.trim()) return prompt;
  if (hasQuestions) return undefined;
  return typeof description === 'string' && description.trim() ? description : 'Hand in your work.';
}

type QuestionWithKey = { question: Question; key: AnswerKey[string] };

function splitQuestion(imported: unknown, index: number, ignoreUnknown: boolean): QuestionWithKey | string {
  const place = `content: question ${index + 1}`;
  if (typeof imported !== 'object' || imported === null) return `${place} is not an object`;
  const { question: text, options, answer, points } = imported as Fields;
  const unknownMembers = Object.keys(imported).filter((name) => !questionMembers.has(name));
  if (unknownMembers.length > 0 && !ignoreUnknown) return `${place} has unknown members: ${unknownMembers.join(', ')}`;
  const wholePoints = Number.isInteger(points) ? Number(points) : 1;
  const base = { id: `q${index + 1}`, text: String(text), points: wholePoints };
  if (Array.isArray(options))
    return toChoiceQuestion(base, options as string[], answer) ?? `${place}: the answer is not one of the options`;
  if (typeof answer === 'boolean') return { question: { ...base, kind: 'true_false' }, key: { answer } };
  if (typeof answer === 'number') return { question: { ...base, kind: 'numeric' }, key: { answer, tolerance: 0 } };
  const accepted = [answer].flat();
  if (accepted.length > 0 && accepted.every((text) => typeof text === 'string'))
    return { question: { ...base, kind: 'short_answer' }, key: { accepted } };
  return `${place}: the answer must be a text, a list of texts, a number or a boolean`;
}

type QuestionBase = Pick<Question, 'id' | 'text' | 'points'>;

function toChoiceQuestion(base: QuestionBase, options: string[], answer: unknown): QuestionWithKey | null {
  const indexes = [answer].flat().map((choice) => (typeof choice === 'string' ? options.indexOf(choice) : choice));
  const isOptionIndex = (index: unknown): boolean =>
    Number.isInteger(index) && (index as number) >= 0 && (index as number) < options.length;
  if (indexes.length === 0 || !indexes.every(isOptionIndex)) return null;
  const optionsWithIds = options.map((text, index) => ({ id: idOfIndex(index), text }));
  const ids = (indexes as number[]).map(idOfIndex);
  if (Array.isArray(answer))
    return { question: { ...base, kind: 'multiple', options: optionsWithIds }, key: { answer: ids } };
  return { question: { ...base, kind: 'single', options: optionsWithIds }, key: { answer: ids[0] as string } };
}

/** Restores the format of the other system: `{"questions": [{"question", "options", "answer"}]}`. */
export function joinQuiz(content: Fields, answerKey: Fields): Fields {
  const { questions, prompt } = contentOf(content);
  if (!questions) return content;
  const keys = answerKeyOf(answerKey);
  const joinedQuestions = questions.map((question) => joinQuestion(question, keys[question.id]));
  return prompt === undefined ? { questions: joinedQuestions } : { prompt, questions: joinedQuestions };
}

function joinQuestion(question: Question, key: AnswerKey[string] | undefined): Fields {
  const joined: Fields = { question: question.text };
  if ('options' in question) joined.options = question.options.map(({ text }) => text);
  Object.assign(joined, toAnswerField(question, key));
  if (question.points !== 1) joined.points = question.points;
  return joined;
}

/** The other system does not know the kinds of question that have another key. There it becomes a text that a person can read. */
function toAnswerField(question: Question, key: AnswerKey[string] | undefined): Fields {
  if (!key) return {};
  if ('answer' in key) return { answer: toIndexes(question, key.answer) };
  if ('accepted' in key) return { answer: key.accepted.length === 1 ? key.accepted[0] : key.accepted };
  const { explanation: _, ...answer } = key;
  return { answer: JSON.stringify(answer) };
}

/** The other system names options by their index. */
function toIndexes(question: Question, answer: unknown): unknown {
  if (!('options' in question)) return answer;
  if (Array.isArray(answer)) return answer.map((id: unknown) => toIndexes(question, id));
  return question.options.findIndex(({ id }) => id === answer);
}
