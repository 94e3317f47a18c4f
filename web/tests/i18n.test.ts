import { FluentBundle, FluentResource } from '@fluent/bundle';
import { expect, test } from 'vitest';
import ru from '../messages/ru/admin.ftl?raw';
import pl from '../messages/pl/admin.ftl?raw';
// @ts-expect-error a plain script without types
import { problems } from '../scripts/i18n.mjs';

test('every language has every text with the same variables', () => {
  expect(problems()).toEqual([]);
});

test.each([
  ['ru', ru, ['1 оператор', '2 оператора', '5 операторов', '21 оператор']],
  ['pl', pl, ['1 konsultant', '2 konsultantów', '5 konsultantów', '21 konsultantów']],
])('plurals of %s', (lang, text, expected) => {
  const bundle = new FluentBundle(lang, { useIsolating: false });
  bundle.addResource(new FluentResource(text));
  const pattern = bundle.getMessage('queue-members')!.value!;
  expect([1, 2, 5, 21].map((n) => bundle.formatPattern(pattern, { n }))).toEqual(expected);
});
