import { expect, test } from 'vitest';
import { memoryProblem } from './memory';

test('a memory limit is nothing, or enough for a model to run in', () => {
  expect(memoryProblem(null)).toBeNull();
  expect(memoryProblem(256)).toBeNull();
  expect(memoryProblem(255)).toBe('tooLow');
  expect(memoryProblem(0)).toBe('tooLow');
});
