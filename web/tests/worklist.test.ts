import { expect, test } from 'vitest';
import { freeze, waiting, workList } from '../src/sync/worklist';
import type { InteractionDoc, InteractionState } from '../src/lib/types';

const doc = (id: string, state: InteractionState, more: Partial<InteractionDoc> = {}) =>
  ({ id, state, queue: 'q', priority: 5, enqueued: 0, customer_waits: 1, last_at: 0, ...more }) as InteractionDoc;
const active = (agent: string): InteractionState => ({ kind: 'active', agent, since: 0, wrapup_requested: false });
const ids = (list: InteractionDoc[]) => list.map((d) => d.id);

test('work falls into its sections', () => {
  const list = workList(
    [
      doc('offered-late', { kind: 'offered', offer: 'o', agent: 'me', until: 20 }),
      doc('offered-soon', { kind: 'offered', offer: 'o', agent: 'me', until: 10 }),
      doc('offered-other', { kind: 'offered', offer: 'o', agent: 'you', until: 5 }),
      doc('waits-short', active('me'), { customer_waits: 50 }),
      doc('waits-long', active('me'), { customer_waits: 5 }),
      doc('quiet', active('me'), { customer_waits: null }),
      doc('other', active('you')),
      doc('wrap', { kind: 'wrapup', agent: 'me', since: 0, until: 9, ends: 'timed', extended: 0 }),
      doc('queued', { kind: 'queued' }, { enqueued: 5 }),
      doc('urgent', { kind: 'queued' }, { enqueued: 9, priority: 9 }),
      doc('foreign', { kind: 'queued' }, { queue: 'other' }),
    ],
    'me',
    ['q'],
  );
  expect(ids(list.offered)).toEqual(['offered-soon', 'offered-late']);
  expect(ids(list.active)).toEqual(['waits-long', 'waits-short']);
  expect(ids(list.waiting)).toEqual(['quiet']);
  expect(ids(list.wrapup)).toEqual(['wrap']);
  expect(ids(list.queued)).toEqual(['urgent', 'queued']);
});

test('waiting counts and finds the oldest', () => {
  const queued: InteractionState = { kind: 'queued' };
  const all = [
    doc('a', queued, { enqueued: 7 }),
    doc('b', queued, { enqueued: 3 }),
    doc('c', queued, { enqueued: 1, queue: 'x' }),
    doc('d', active('me')),
  ];
  expect(waiting(all)).toEqual({ count: 3, oldest: 1 });
  expect(waiting(all, 'q')).toEqual({ count: 2, oldest: 3 });
  expect(waiting([])).toEqual({ count: 0, oldest: undefined });
});

test('a held list keeps its order, drops what left and counts what is new', () => {
  const now = ['c', 'a', 'new'].map((id) => ({ id }));
  expect(freeze(['a', 'b', 'c'], now)).toEqual({ items: [{ id: 'a' }, { id: 'c' }], fresh: 1 });
});

test('what I gave away is mine until my notes are written', () => {
  const list = workList([doc('elsewhere', active('you')), doc('queued', { kind: 'queued' })], 'me', ['q'], ['elsewhere', 'queued']);
  expect(ids(list.wrapup).sort()).toEqual(['elsewhere', 'queued']);
  expect(ids(list.queued)).toEqual([]);
});
