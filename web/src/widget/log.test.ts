import { describe, expect, it } from 'vitest';
import { Keep, newId } from './keep';
import { Log, type Unsent } from './log';
import type { Said } from './types';

const said = (number: number, more: Partial<Said> = {}): Said => ({
  interaction: 'i1',
  number,
  id: `m${number}`,
  from: 'agent',
  author: 'Anna',
  text: `text ${number}`,
  at: number,
  attachments: [],
  ...more,
});
const unsent = (n: number): Unsent => ({ client_id: `c${n}`, n, at: n, text: `mine ${n}`, attachments: [] });
const ack = (n: number, number: number) => ({ client_id: `c${n}`, number, at: 99, interaction: 'i1', id: `m${number}` });

describe('the log', () => {
  it('sends the oldest first, one after the other', () => {
    const log = new Log();
    [3, 1, 2].forEach((n) => log.write(unsent(n)));
    expect(log.next?.client_id).toBe('c1');
    log.acknowledge(ack(1, 1));
    expect(log.next?.client_id).toBe('c2');
    expect(log.said.map((m) => m.text)).toEqual(['mine 1']);
  });

  it('shows a message once, whichever of echo and acknowledgement comes first and how often', () => {
    for (const order of ['ae', 'ea', 'aea', 'eae', 'eeaa']) {
      const log = new Log();
      log.write(unsent(1));
      for (const step of order) {
        if (step === 'a') log.acknowledge(ack(1, 4));
        else log.hear(said(4, { client_id: 'c1', from: 'me' }));
      }
      expect(log.said.map((m) => m.number)).toEqual([4]);
      expect(log.unsent).toEqual([]);
    }
  });

  it('keeps the order of the server, also when a resume repeats and fills up', () => {
    const log = new Log();
    for (const n of [1, 4, 2, 4, 3, 1]) log.hear(said(n));
    expect(log.said.map((m) => m.number)).toEqual([1, 2, 3, 4]);
    expect(log.hear(said(4))).toBe(false);
    expect(log.hear(said(5))).toBe(true);
  });

  it('begins a new interaction behind the old one', () => {
    const log = new Log();
    [1, 2].forEach((n) => log.hear(said(n)));
    [1, 2].forEach((n) => log.hear(said(n, { interaction: 'i2', id: `n${n}` })));
    expect(log.said.map((m) => m.id)).toEqual(['m1', 'm2', 'n1', 'n2']);
    expect([log.last('i1'), log.last('i2'), log.last('i3'), log.last(null)]).toEqual([2, 2, 0, 0]);
  });

  it('passes over a refused message and keeps it for the visitor', () => {
    const log = new Log();
    [1, 2].forEach((n) => log.write(unsent(n)));
    log.refuse('c1', 'too long');
    expect(log.next?.client_id).toBe('c2');
    expect(log.unsent[0]?.refused).toBe('too long');
  });
});

describe('what the browser keeps', () => {
  it('holds unsent messages of all tabs in the order of writing, until each is dropped', () => {
    localStorage.clear();
    const [one, two] = [new Keep('wk'), new Keep('wk')];
    one.keep(unsent(2));
    two.keep(unsent(1));
    new Keep('other').keep(unsent(3));
    localStorage.setItem('okno:wk:unsent:broken', '{');
    expect(new Keep('wk').unsent().map((m) => m.n)).toEqual([1, 2]);
    two.drop('c2');
    expect(new Keep('wk').unsent().map((m) => m.n)).toEqual([1]);
  });

  it('makes ids on pages without https', () => {
    const ids = new Set(Array.from({ length: 1000 }, newId));
    expect(ids.size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^[\da-z-]{8,31}$/);
  });
});
