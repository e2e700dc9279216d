import { expect, it } from 'vitest';
import { parseValues, writeValues } from './numbers';

it.each<[string, number[] | null]>([
  ['1, 2, 3', [1, 2, 3]],
  ['1 2;3', [1, 2, 3]],
  ['1，2、3', [1, 2, 3]],
  ['2-5', [2, 3, 4, 5]],
  ['0-1/0.25', [0, 0.25, 0.5, 0.75, 1]],
  ['0.1-0.3/0.1', [0.1, 0.2, 0.3]],
  ['2, 4-6', [2, 4, 5, 6]],
  ['2, ', [2]],
  ['', []],
  ['two', null],
  ['5-2', null],
  ['0-1/0', null],
  ['1-1000000', null],
])('%j', (text, values) => expect(parseValues(text)).toEqual(values));

it('reads what it wrote', () => {
  expect(parseValues(writeValues([0, 0.4, 1.2]))).toEqual([0, 0.4, 1.2]);
});
