import { describe, expect, it } from 'vitest';
import { inkOn, pieces, size } from './text';
import { load, pick } from './words';

describe('texts', () => {
  it('makes links of addresses and of nothing else', () => {
    expect(pieces('see https://a.example/x?y=1. Or (write a@b.example)!')).toEqual([
      { text: 'see ' },
      { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
      { text: '. Or (write ' },
      { text: 'a@b.example', href: 'mailto:a@b.example' },
      { text: ')!' },
    ]);
    expect(pieces('javascript:alert(1) <b>')).toEqual([{ text: 'javascript:alert(1) <b>' }]);
  });

  it('speaks three languages with their plurals', async () => {
    const ru = await load('ru');
    expect([1, 3, 5, 21].map((n) => ru.t('before', { n }))).toEqual([
      'Перед вами 1 человек',
      'Перед вами 3 человека',
      'Перед вами 5 человек',
      'Перед вами 21 человек',
    ]);
    const pl = await load('pl');
    expect([1, 2, 5].map((n) => pl.t('newer', { n }))).toEqual(['1 nowa wiadomość', '2 nowe wiadomości', '5 nowych wiadomości']);
    expect((await load('en')).system('unknown', '', 'As the server says.')).toBe('As the server says.');
    expect([pick('de', 'pl-PL'), pick(null, 'fr'), pick('RU')]).toEqual(['pl', 'en', 'ru']);
  });

  it('writes sizes and readable colors', () => {
    expect(size(1_500_000, 'en')).toBe('1.5 MB');
    expect([inkOn('#ffffff'), inkOn('#ffdd00'), inkOn('#1d5fd1'), inkOn('#000000')]).toEqual(['#0b1420', '#0b1420', '#ffffff', '#ffffff']);
  });
});
