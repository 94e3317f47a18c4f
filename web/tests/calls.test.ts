import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { i18n } from '../src/lib/i18n.svelte';
import type { AgentDoc, CallDoc, Grant, InteractionDoc, LegDoc, Me } from '../src/lib/types';
import { shape, type WaveformView } from '../src/calls/waveform';
import { causeText, outcome, shownNumber, soundText } from '../src/calls/words';
import { dialable } from '../src/calls/acts';
import CallCard from '../src/calls/CallCard.svelte';
import PhoneBar from '../src/calls/PhoneBar.svelte';
import { store } from '../src/sync/store.svelte';

const leg = (number: number, more: Partial<LegDoc> = {}): LegDoc => ({
  number,
  role: 'customer',
  device: 'trunk',
  agent: null,
  name: '+48601222333',
  state: 'connected',
  muted: false,
  mode: null,
  started: 0,
  answered: 0,
  ended: null,
  cause: '',
  quality: null,
  ...more,
});
const call = (more: Partial<CallDoc> = {}): CallDoc => ({
  id: 'c',
  interaction: 'i',
  channel: 'ch',
  direction: 'inbound',
  number: '+48601222333',
  our_number: '',
  unconfirmed: false,
  trunk: null,
  state: { kind: 'talking' },
  started: 0,
  answered: 0,
  connected: 0,
  legs: [leg(1), leg(2, { role: 'agent', device: 'browser', agent: 'me', name: 'Anna' })],
  consulting: false,
  conference: false,
  recording: 'off',
  talk_ms: 0,
  hold_ms: 0,
  ...more,
});
const ended = (by: 'customer' | 'agent' | 'system', cause: string, at = 30_000) => ({ kind: 'ended', at, by, cause }) as const;
const posts: { url: string; body: unknown }[] = [];

beforeAll(async () => {
  await i18n.use('en', { remember: false });
  await i18n.add('calls');
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    if (init?.method === 'POST') posts.push({ url, body: JSON.parse(String(init.body)) });
    return Promise.resolve(new Response('{}', { status: 200 }));
  });
});
afterEach(cleanup);
beforeEach(() => {
  posts.length = 0;
  store.me = { user: { id: 'me', name: 'Anna' }, grants: [{ right: 'recording.control', scope: 'own' }] as Grant[] } as unknown as Me;
  store.users.set('me', { id: 'me', name: 'Anna' });
  store.agents.set('me', { id: 'me', name: 'Anna', slots: [], capacity: {} } as unknown as AgentDoc);
  store.interactions.set('i', {
    id: 'i',
    customer_name: 'Ivan Petrov',
    state: { kind: 'active', agent: 'me', since: 0 },
  } as unknown as InteractionDoc);
});

describe('how a call ended', () => {
  const unanswered = { connected: null, legs: [leg(1)] };
  test.each([
    [
      'a customer who hangs up is nobody’s miss',
      call({ ...unanswered, state: ended('customer', 'normal') }),
      'warn',
      'customer hung up after 0:30',
    ],
    ['nobody answered', call({ ...unanswered, state: ended('system', 'no_answer') }), 'bad', 'not answered for 0:30: nobody answered'],
    ['a restart before an answer', call({ ...unanswered, state: ended('system', 'crash') }), 'bad', 'cut off by a restart after 0:30'],
    ['a talk', call({ talk_ms: 65_000, state: ended('customer', 'normal') }), 'ok', 'talked 1:05, the customer hung up'],
    ['a talk cut off', call({ talk_ms: 65_000, state: ended('system', 'media_timeout') }), 'bad', 'cut off after 1:05: no more sound came'],
    ['a busy number', call({ ...unanswered, direction: 'outbound', state: ended('system', 'busy') }), 'warn', 'not reached: busy'],
    ['we gave up', call({ ...unanswered, direction: 'outbound', state: ended('agent', 'canceled') }), 'idle', 'we gave up after 0:30'],
  ])('%s', (_, doc, tone, text) => {
    expect(outcome(doc)).toMatchObject({ tone, text });
  });

  test('a cause that nobody has words for is shown as it is', () => {
    expect(causeText('elsewhere_answered')).toBe('answered elsewhere');
    expect(causeText('solar_flare')).toBe('other reason (solar_flare)');
  });
});

test.each([
  ['+48221234567', '+48 221 234 567'],
  ['+74951234567', '+7 495 123 45 67'],
  ['112', '112'],
  ['', ''],
])('the number %s is read as %s', (number, shown) => {
  expect(shownNumber(number)).toBe(shown);
  expect(shownNumber(number).replace(/ /g, '')).toBe(number);
});

test('what may be dialed as a number', () => {
  expect(['+48 22 123-45-67', '(22) 123.45', '112', '*100#'].every(dialable)).toBe(true);
  expect(['', '1', 'call me', '+48;drop'].some(dialable)).toBe(false);
});

test('sound in words goes with its score', () => {
  expect([4.3, 3.7, 3.2, 2].map((m) => soundText(m).tone)).toEqual(['ok', 'ok', 'warn', 'bad']);
});

describe('the shape of a recording', () => {
  const view = (more: Partial<WaveformView>): WaveformView => ({
    ms: 1000,
    left: [0, 200],
    right: [100, 0],
    gaps: [],
    damages: [],
    ...more,
  });
  test('has a row for each side, as loud as its loudest moment', () => {
    expect(shape(view({})).rows).toEqual([
      [0, 1],
      [0.5, 0],
    ]);
  });
  test('one voice has one row, silence has none', () => {
    expect(shape(view({ right: [0, 0] })).rows).toEqual([[0, 1]]);
    expect(shape(view({ left: [0], right: [0] })).rows).toEqual([]);
  });
  test('pauses stand where they were, and never outside', () => {
    const gaps = [
      { from_ms: 250, to_ms: 500, reason: 'paused' },
      { from_ms: 2000, to_ms: 1500, reason: 'damaged' },
    ];
    expect(shape(view({ gaps })).gaps).toEqual([
      { from: 0.25, width: 0.25, reason: 'paused' },
      { from: 1, width: 0, reason: 'damaged' },
    ]);
  });
});

describe('the phone bar', () => {
  const show = (doc: CallDoc) => render(PhoneBar, { call: doc, leg: doc.legs[1]!, onopen: () => {} });
  const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

  test('says who it is, and sends what is pressed', async () => {
    show(call());
    expect(screen.getByText('Ivan Petrov')).toBeTruthy();
    await press('Hold');
    await press('Mute');
    await press('End');
    await vi.waitFor(() =>
      expect(posts.map((p) => p.body)).toEqual([{ act: 'hold', on: true }, { act: 'mute', on: true }, { act: 'hangup' }]),
    );
    expect(posts[0]!.url).toBe('/api/v1/calls/c/command');
  });

  test('on hold it offers to take the customer back', async () => {
    show(call({ state: { kind: 'held' } }));
    await press('Take back');
    await vi.waitFor(() => expect(posts.map((p) => p.body)).toEqual([{ act: 'hold', on: false }]));
  });

  test('while consulting it offers to hand over, and no hold', async () => {
    show(call({ state: { kind: 'held' }, consulting: true, legs: [...call().legs, leg(3, { role: 'consulted', name: 'Boris' })] }));
    expect(screen.queryByRole('button', { name: 'Take back' })).toBeNull();
    expect(screen.getByText('With Boris; the customer is on hold')).toBeTruthy();
    await press('Swap');
    await press('Hand over');
    await vi.waitFor(() => expect(posts.map((p) => p.body)).toEqual([{ act: 'swap' }, { act: 'complete' }]));
  });

  test('a recording can be paused; before anybody talks it cannot be begun', async () => {
    const { unmount } = show(call({ recording: 'on' }));
    await press('Pause the recording');
    await vi.waitFor(() => expect(posts.at(-1)?.body).toEqual({ act: 'record', on: false }));
    unmount();
    show(call({ connected: null, state: { kind: 'ringing' } }));
    expect((screen.getByRole('button', { name: 'Record this call' }) as HTMLButtonElement).disabled).toBe(true);
  });

  test('a supervisor who only listens has no mute and no end, and may leave', () => {
    const doc = call({ legs: [leg(1), leg(2, { role: 'supervisor', agent: 'me', mode: 'listen' })] });
    show(doc);
    expect(screen.getByText('You listen; nobody hears you')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Mute' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'End' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Leave' })).toBeTruthy();
  });
});

test('a call card says what it was, with its parties', () => {
  render(CallCard, {
    call: call({
      unconfirmed: true,
      talk_ms: 65_000,
      state: ended('customer', 'normal', 90_000),
      legs: [leg(1, { state: 'ended', ended: 90_000, cause: 'normal', quality: { loss: 1, jitter_ms: 5, rtt_ms: 40, mos: 3.2 } })],
    }),
    recordings: [],
  });
  expect(screen.getByText(/talked 1:05, the customer hung up/)).toBeTruthy();
  expect(screen.getByText('poor sound')).toBeTruthy();
  expect(screen.getByText('(not confirmed)')).toBeTruthy();
  expect(screen.getByText('1 party')).toBeTruthy();
});
