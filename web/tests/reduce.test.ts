import { describe, expect, test } from 'vitest';
import { forget, reduce, restore, step, type World } from '../src/sync/reduce';
import type { AgentDoc, CallDoc, EventFrame, InteractionDoc, InteractionState, QueueDoc, ServerFrame, Snapshot } from '../src/lib/types';

const world = (): World => ({
  interactions: new Map(),
  agents: new Map(),
  queues: new Map(),
  skills: new Map(),
  channels: new Map(),
  pauseCodes: new Map(),
  dispositions: new Map(),
  teams: new Map(),
  users: new Map(),
  calls: new Map(),
});
const snapshot = (part: Partial<Snapshot> = {}): Snapshot => ({
  interactions: [],
  agents: [],
  queues: [],
  skills: [],
  channels: [],
  pause_codes: [],
  dispositions: [],
  teams: [],
  users: [],
  ...part,
});
const interaction = (id: string, state: InteractionState = { kind: 'queued' }) => ({ id, state, customer_name: id }) as InteractionDoc;
const event = (seq: number, type: EventFrame['type'], data: unknown) =>
  ({ t: 'event', seq, id: `e${seq}`, at: 0, actor: { kind: 'system' }, type, data }) as EventFrame;

describe('the sequence', () => {
  const frame = (seq: number): ServerFrame => ({ t: 'skip', from: seq, seq });
  test.each([
    [null, frame(1), 'gap'],
    [4, frame(5), 'applied'],
    [4, frame(4), 'old'],
    [4, frame(6), 'gap'],
    [4, { t: 'skip', from: 5, seq: 9 } as ServerFrame, 'applied'],
    [4, { t: 'skip', from: 3, seq: 9 } as ServerFrame, 'applied'],
    [4, { t: 'skip', from: 6, seq: 9 } as ServerFrame, 'gap'],
    [4, { t: 'pong', now: 1 } as ServerFrame, 'beside'],
    [4, { t: 'resumed', seq: 4, build: 'b', now: 1 } as ServerFrame, 'beside'],
    [9, { t: 'snapshot', seq: 2, build: 'b', now: 0, data: snapshot() } as ServerFrame, 'applied'],
    [4, { t: 'gone', seq: 5, kind: 'interaction', id: 'x' } as ServerFrame, 'applied'],
  ])('after %s a frame is %j -> %s', (last, next, kind) => {
    expect(step(last, next).kind).toBe(kind);
  });
});

test('events on a snapshot equal a fresh snapshot', () => {
  const live = world();
  restore(live, snapshot({ interactions: [interaction('a'), interaction('b')], queues: [{ id: 'q', name: 'Old' } as QueueDoc] }));
  reduce(live, event(2, 'interaction.assigned', interaction('a', { kind: 'active', agent: 'me', since: 1, wrapup_requested: false })));
  reduce(live, event(3, 'interaction.created', interaction('c', { kind: 'new' })));
  reduce(live, event(4, 'interaction.closed', interaction('b', { kind: 'closed', at: 2, how: 'finished' })));
  reduce(live, event(5, 'queue.changed', { id: 'q', name: 'New' }));
  reduce(live, event(6, 'agent.changed', { id: 'me', name: 'Anna' }));
  reduce(live, event(7, 'user.changed', { id: 'me', name: 'Anna', email: 'secret@example.com' }));
  const fresh = world();
  restore(
    fresh,
    snapshot({
      interactions: [
        interaction('a', { kind: 'active', agent: 'me', since: 1, wrapup_requested: false }),
        interaction('c', { kind: 'new' }),
      ],
      queues: [{ id: 'q', name: 'New' } as QueueDoc],
      agents: [{ id: 'me', name: 'Anna' } as AgentDoc],
      users: [{ id: 'me', name: 'Anna' }],
    }),
  );
  expect(live).toEqual(fresh);
});

test('calls come and go: live ones are mirrored, ended ones leave', () => {
  const call = (id: string, state: CallDoc['state']) => ({ id, interaction: 'a', state, legs: [] }) as unknown as CallDoc;
  const live = world();
  restore(live, snapshot({ calls: [call('c1', { kind: 'waiting' }), call('c2', { kind: 'talking' })] }));
  reduce(live, event(2, 'call.changed', call('c1', { kind: 'talking' })));
  reduce(live, event(3, 'call.changed', call('c2', { kind: 'ended', at: 3, by: 'customer', cause: 'normal' })));
  reduce(live, event(4, 'call.changed', call('c3', { kind: 'ringing' })));
  reduce(live, event(5, 'recording.changed', { id: 'r' }));
  const fresh = world();
  restore(fresh, snapshot({ calls: [call('c1', { kind: 'talking' }), call('c3', { kind: 'ringing' })] }));
  expect(live).toEqual(fresh);
  forget(live, 'call', 'c1');
  expect([...live.calls.keys()]).toEqual(['c3']);
});

test('a server without the telephone sends no calls', () => {
  const live = world();
  restore(live, snapshot());
  expect(live.calls.size).toBe(0);
  expect(step(4, { t: 'phone', down: { kind: 'taken', tab: 'x' } }).kind).toBe('beside');
});

test('a snapshot removes what is gone', () => {
  const live = world();
  restore(live, snapshot({ interactions: [interaction('a'), interaction('b')] }));
  restore(live, snapshot({ interactions: [interaction('b')] }));
  expect([...live.interactions.keys()]).toEqual(['b']);
});

test('what leaves the sight is forgotten', () => {
  const live = world();
  restore(live, snapshot({ interactions: [interaction('a')] }));
  forget(live, 'interaction', 'a');
  expect(live.interactions.size).toBe(0);
});
