import { expect, test } from 'vitest';
import { memoryProblem } from './memory';

test('a memory limit is nothing or a whole number that a model can run in', () => {
  expect(memoryProblem(null)).toBeNull();
  expect(memoryProblem(256)).toBeNull();
  expect(memoryProblem(255)).toBe('tooLow');
  expect(memoryProblem(-1)).toBe('tooLow');
  expect(memoryProblem(1000.5)).toBe('notWhole');
});
