// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';
import type { Chat } from './chat.svelte';
import { draw } from './waiting';

const asked: unknown[] = [];
const chat = (stand: object, more: object = {}) =>
  ({
    texts: { language: 'en' },
    stand: { t: 'state', kind: 'queued', ...stand },
    config: { call: { channel: 'c' } },
    known: true,
    ask: (f: unknown) => asked.push(f),
    ...more,
  }) as unknown as Chat;
let into: HTMLElement;
const lines = () => [...into.querySelectorAll('.note')].map((line) => line.textContent);

beforeEach(() => {
  into = document.createElement('div');
  asked.length = 0;
});

test('a wait is a band, far back is the least, and longer is said with an apology', () => {
  draw(into, chat({ position: 3, wait: [4, 7] }));
  expect(lines()).toEqual(['About 4 to 7 minutes']);
  draw(into, chat({ least: 5, wait: [9, 15], longer: true }));
  expect(lines()).toEqual(['Before you: 5 or more', 'We are sorry, it takes longer than we said.', 'About 9 to 15 minutes']);
  draw(into, chat({ position: 1, wait: [0, 1] }));
  expect(lines()).toEqual(['About a minute']);
});

test('who asks to be called is told where and by when, and is asked nothing more', () => {
  draw(into, chat({ position: 2 }));
  const [, form] = into.querySelectorAll('form');
  form!.querySelector('input')!.value = ' 22 123 45 67 ';
  form!.dispatchEvent(new Event('submit', { cancelable: true }));
  expect(asked).toEqual([{ t: 'call_back', number: '22 123 45 67' }]);
  draw(into, chat({}, { back: { t: 'back', to: '+48221234567', due: Date.UTC(2027, 0, 18, 8) } }));
  expect(lines()[0]).toMatch(/^Thank you\. You keep your place, and we will answer at \+48221234567 by Monday/);
  expect(into.querySelector('details')!.hidden).toBe(true);
});
