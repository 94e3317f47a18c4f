import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { bind, fuzzy, handle, name, otherLayout, start } from '../src/lib/keys';

const press = (key: string, code: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...more });
let enabled = true;
beforeAll(() => start(() => enabled));
afterEach(() => {
  enabled = true;
  document.body.innerHTML = '';
});

test('names of keys', () => {
  expect(name(press('j', 'KeyJ'))).toBe('j');
  expect(name(press('о', 'KeyJ'))).toBe('j');
  expect(name(press('л', 'KeyK', { ctrlKey: true }))).toBe('Mod+k');
  expect(name(press('D', 'KeyD', { shiftKey: true }))).toBe('Shift+d');
  expect(name(press('?', 'Slash', { shiftKey: true }))).toBe('?');
  expect(name(press('F2', 'F2'))).toBe('F2');
});

test('single keys rest while typing and can be switched off; F-keys never do', () => {
  const single = vi.fn();
  const always = vi.fn();
  const stop = bind([
    { keys: 'j', run: single },
    { keys: 'F2', run: always },
  ]);
  document.body.innerHTML = '<textarea></textarea>';
  const field = document.querySelector('textarea')!;
  field.dispatchEvent(press('j', 'KeyJ'));
  field.dispatchEvent(press('F2', 'F2'));
  expect([single.mock.calls.length, always.mock.calls.length]).toEqual([0, 1]);
  document.body.dispatchEvent(press('j', 'KeyJ'));
  expect(single).toHaveBeenCalledTimes(1);
  enabled = false;
  document.body.dispatchEvent(press('j', 'KeyJ'));
  expect(single).toHaveBeenCalledTimes(1);
  stop();
  document.body.dispatchEvent(press('F2', 'F2'));
  expect(always).toHaveBeenCalledTimes(1);
});

test('a key that is held or composes text is left alone', () => {
  const run = vi.fn();
  const stop = bind([{ keys: 'F2', run }]);
  handle(press('F2', 'F2', { repeat: true }));
  handle(press('F2', 'F2', { isComposing: true }));
  expect(run).not.toHaveBeenCalled();
  stop();
});

test('search forgives the keyboard layout', () => {
  expect(otherLayout('ке')).toBe('rt');
  expect(fuzzy('Ledger', 'дувпук')).toBe(true);
  expect(fuzzy('Очередь Support', 'jxthtlm')).toBe(true);
  expect(fuzzy('Anna Kowalska', 'kow ann')).toBe(true);
  expect(fuzzy('Anna', 'boris')).toBe(false);
});
