import { beforeEach, expect, test } from 'vitest';
import { has, load, save, sweep, type Drafts } from '../src/lib/drafts';

beforeEach(() => localStorage.clear());
const drafts = (text: string, at = 1): Drafts => ({ tab: 'reply', reply: { text }, note: { text: '' }, at });

test('a draft survives until it is empty, and belongs to one user and interaction', () => {
  save('anna', 'i1', drafts('Hello'));
  expect(load('anna', 'i1').reply.text).toBe('Hello');
  expect(has('anna', 'i1')).toBe(true);
  expect(load('boris', 'i1').reply.text).toBe('');
  expect(load('anna', 'i2').reply.text).toBe('');
  save('anna', 'i1', drafts(''));
  expect(has('anna', 'i1')).toBe(false);
});

test('recipients and files alone are a draft too', () => {
  save('anna', 'i1', { ...drafts(''), reply: { text: '', cc: 'x@example.com' } });
  expect(has('anna', 'i1')).toBe(true);
});

test('what cannot be read starts empty', () => {
  localStorage.setItem('okno.draft.anna.i1', '{broken');
  expect(load('anna', 'i1')).toEqual({ tab: 'reply', reply: { text: '' }, note: { text: '' }, at: 0 });
});

test('old drafts are swept, other keys stay', () => {
  const day = 86_400_000;
  localStorage.setItem('okno.prefs', '{}');
  save('anna', 'old', drafts('x', 1 * day));
  save('anna', 'new', drafts('x', 39 * day));
  sweep(40 * day);
  expect([has('anna', 'old'), has('anna', 'new'), localStorage.getItem('okno.prefs')]).toEqual([false, true, '{}']);
});
