import { expect, test } from 'vitest';
import { pieces } from '../src/search/marks';

test('a text is cut at the words that were found, in the units of the browser', () => {
  const text = '😀 мои заказы, заказ';
  const found = [
    { from: 7, until: 13 },
    { from: 15, until: 20 },
  ];
  expect(pieces({ text, found })).toEqual([
    { text: '😀 мои ', found: false },
    { text: 'заказы', found: true },
    { text: ', ', found: false },
    { text: 'заказ', found: true },
  ]);
  expect(pieces({ text: '', found: [] })).toEqual([]);
  expect(pieces({ text: 'none', found: [] })).toEqual([{ text: 'none', found: false }]);
});
