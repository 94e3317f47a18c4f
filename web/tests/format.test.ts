import { expect, test } from 'vitest';
import { brief, bytes, day, duration, initials, share, span } from '../src/lib/format';

const NOON = new Date(2026, 10, 22, 12).getTime();
const HOUR = 3_600_000;

test.each([
  [0, '0:00'],
  [9_400, '0:09'],
  [760_000, '12:40'],
  [3 * HOUR + 131_000, '3:02:11'],
  [-5_000, '0:00'],
])('%s ms lasts %s', (ms, text) => expect(duration(ms)).toBe(text));

test('a span has one unit', () => {
  expect(span('en', 3 * HOUR + 5)).toBe('3 hr');
  expect(span('ru', 2 * 24 * HOUR)).toBe('2 дн.');
  expect(span('en', 400)).toBe('0 sec');
});

test('days are named', () => {
  expect(day('en', NOON, NOON)).toBe('Today');
  expect(day('ru', NOON - 24 * HOUR, NOON)).toBe('Вчера');
  expect(day('pl', NOON - 10 * 24 * HOUR, NOON)).toBe('Czwartek, 12 listopada');
});

test('lists show the time of today and the date of other days', () => {
  expect(brief('en', NOON, NOON)).toBe('12:00');
  expect(brief('en', NOON - 40 * 24 * HOUR, NOON)).toBe('Oct 13');
  expect(brief('en', NOON - 400 * 24 * HOUR, NOON)).toContain('2025');
});

test('sizes', () => {
  expect(bytes('en', 17)).toBe('1 kB');
  expect(bytes('en', 348_112)).toBe('348 kB');
  expect(bytes('ru', 1_250_000)).toBe('1,3 МБ');
});

test('initials', () => {
  expect(initials('Иван Петров')).toBe('ИП');
  expect(initials('anna')).toBe('A');
  expect(initials('a.b@example.com')).toBe('AC');
  expect(initials('')).toBe('?');
});

test('the share of a deadline stays between nothing and all', () => {
  expect(share(5, 0, 10)).toBe(0.5);
  expect(share(50, 0, 10)).toBe(0);
  expect(share(-5, 0, 10)).toBe(1);
  expect(share(5, 10, 10)).toBe(0);
});
