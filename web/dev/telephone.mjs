// The telephone of the recorded world: channel, calls, recordings, trunks. Added to it by shots.mjs.
import * as world from './world.mjs';

const T0 = Date.now();
const min = 60_000;
let n = 0;
const id = () => `01920000-0000-7000-9000-${(++n).toString(16).padStart(12, '0')}`;
const [anna, boris, celina] = world.agents;
const [ivan, katarzyna, piotr, , , john] = world.customers;
const health = { state: 'ok', detail: '', since: T0 - 300 * min };

export const prompts = [
  {
    id: id(),
    name: 'Greeting, office hours',
    kind: 'speech',
    parts: [
      { language: 'en', text: 'Welcome to Acme Outdoor. This call is recorded.', ms: 6400, blob: 'a'.repeat(64) },
      { language: 'pl', text: 'Witamy w Acme Outdoor.', ms: 4100, blob: 'b'.repeat(64) },
    ],
  },
  { id: id(), name: 'Autumn music', kind: 'music', parts: [{ language: 'en', text: '', ms: 184_000, blob: 'c'.repeat(64) }] },
  { id: id(), name: 'Strike notice', kind: 'speech', parts: [] },
];
export const channel = {
  id: id(),
  kind: 'phone',
  name: 'Hotline',
  queue: world.queues[0].id,
  enabled: true,
  health,
  settings: {
    kind: 'phone',
    numbers: ['+48221234567', '+48800100200'],
    answer: 'at_once',
    language: 'pl',
    greeting: prompts[0].id,
    music: null,
    announce_position: true,
    announce_wait: true,
    announce_seconds: 45,
    whisper: true,
    record: true,
    record_days: 90,
    callback: true,
    voicemail: true,
    callback_retries: 3,
    callback_gaps: [10, 30, 60],
    callback_hours: 24,
    voicemail_seconds: 300,
    click_to_call: true,
  },
};
const trunk = (name, more = {}) => ({
  id: id(),
  name,
  enabled: true,
  order: 1,
  host: 'sip.provider.example',
  port: 0,
  transport: 'tls',
  register: true,
  user: 'acme-outdoor',
  realm: '',
  has_password: true,
  sources: [],
  trusted: true,
  srtp: 'optional',
  codecs: ['PCMA', 'PCMU', 'G722'],
  max_calls: 30,
  calls_per_second: 5,
  caller_id: '+48221234567',
  health,
  ...more,
});
export const trunks = [
  trunk('Provider A'),
  trunk('Provider B (reserve)', {
    order: 2,
    register: false,
    health: {
      state: 'error',
      detail: 'sip.reserve.example does not answer OPTIONS. Check host and port, and whether its firewall knows our address.',
      since: T0 - 8 * min,
    },
  }),
];
export const phones = [
  {
    id: id(),
    agent: boris.id,
    name: 'Desk phone, room 12',
    login: 'boris12',
    has_password: true,
    sha256: true,
    srtp: 'optional',
    enabled: true,
    registered: [{ address: '192.0.2.17:5060', user_agent: 'Yealink SIP-T46U 108.86', until: T0 + 9 * min }],
  },
  {
    id: id(),
    agent: celina.id,
    name: 'Home office',
    login: 'celina-home',
    has_password: true,
    sha256: false,
    srtp: 'no',
    enabled: true,
    registered: [],
  },
];
export const dialPlan = {
  id: world.workspace.id,
  country: '48',
  national_prefix: '',
  allow: ['+48', '+49', '+380'],
  deny: ['+48700', '+48701'],
  agent_calls_per_day: 200,
  agent_minutes_per_day: 600,
  max_calls: 50,
};

const quality = (mos) => ({ loss: (4.5 - mos) * 4, jitter_ms: 12, rtt_ms: 48, mos });
const leg = (number, role, more) => ({
  number,
  role,
  device: role === 'customer' ? 'trunk' : 'browser',
  agent: null,
  name: '',
  state: 'connected',
  muted: false,
  mode: null,
  started: T0 - 5 * min,
  answered: T0 - 4 * min,
  ended: null,
  cause: '',
  quality: quality(4.2),
  ...more,
});
const call = (interaction, state, more = {}) => ({
  id: id(),
  interaction: interaction.id,
  channel: channel.id,
  direction: 'inbound',
  number: '+48601222333',
  our_number: '+48221234567',
  unconfirmed: false,
  trunk: trunks[0].id,
  state,
  started: T0 - 6 * min,
  answered: T0 - 6 * min + 1000,
  connected: T0 - 4 * min - 12_000,
  legs: [],
  consulting: false,
  conference: false,
  recording: 'on',
  talk_ms: 0,
  hold_ms: 0,
  ...more,
});
const spoken = (who, state, more = {}) => ({
  ...world.interactions[1],
  id: id(),
  medium: 'voice',
  channel: channel.id,
  customer: who.id,
  customer_name: who.name,
  subject: '',
  preview: '',
  queue: world.queues[0].id,
  agent: state.agent ?? null,
  state,
  last_message: 1,
  agent_read: 1,
  customer_waits: null,
  customer_online: true,
  enqueued: T0 - 2 * min,
  due: T0 + 2 * min,
  answered: null,
  outbound: false,
  callback: null,
  ...more,
});
export const mine = spoken(ivan, { kind: 'active', agent: anna.id, since: T0 - 4 * min }, { answered: T0 - 4 * min });
export const ringing = spoken(john, { kind: 'offered', offer: id(), agent: anna.id, until: T0 + 16_000 });
const queued = spoken(katarzyna, { kind: 'queued' }, { enqueued: T0 - 70_000 });
const callback = spoken(
  piotr,
  { kind: 'queued' },
  {
    customer_online: false,
    enqueued: T0 - 12 * min,
    callback: { number: '+48600700800', asked: T0 - 11 * min, tries: 1, next: T0 + 8 * min, expires: T0 + 900 * min },
  },
);
const other = spoken(piotr, { kind: 'active', agent: boris.id, since: T0 - 3 * min });
const live = call(
  mine,
  { kind: 'talking' },
  {
    legs: [
      leg(1, 'customer', { name: '+48601222333', quality: quality(3.9) }),
      leg(2, 'agent', { agent: anna.id, name: anna.name, started: T0 - 4 * min - 12_000, answered: T0 - 4 * min - 12_000 }),
    ],
    hold_ms: 21_000,
  },
);
export const past = call(
  mine,
  { kind: 'ended', at: T0 - 90 * min, by: 'customer', cause: 'normal' },
  {
    started: T0 - 100 * min,
    answered: T0 - 100 * min,
    connected: T0 - 98 * min,
    talk_ms: 7 * min + 14_000,
    hold_ms: 31_000,
    recording: 'off',
    legs: [
      leg(1, 'customer', {
        name: '+48601222333',
        state: 'ended',
        started: T0 - 100 * min,
        answered: T0 - 100 * min,
        ended: T0 - 90 * min,
        cause: 'normal',
        quality: quality(4.3),
      }),
      leg(2, 'agent', {
        agent: boris.id,
        name: boris.name,
        state: 'ended',
        device: 'phone',
        started: T0 - 98 * min,
        answered: T0 - 98 * min,
        ended: T0 - 90 * min,
        cause: 'normal',
        quality: quality(3.3),
      }),
    ],
  },
);
export const calls = [
  live,
  call(queued, { kind: 'waiting' }, { connected: null, recording: 'off', number: '+48512345678', started: T0 - 80_000 }),
  call(
    other,
    { kind: 'held' },
    {
      started: T0 - 9 * min,
      number: '',
      recording: 'paused',
      legs: [leg(1, 'customer', { quality: quality(2.7) }), leg(2, 'agent', { agent: boris.id, name: boris.name })],
    },
  ),
];
export const history = [
  ...calls,
  past,
  call(
    callback,
    { kind: 'ended', at: T0 - 30 * min, by: 'customer', cause: 'normal' },
    { connected: null, started: T0 - 33 * min, recording: 'off' },
  ),
  call(
    other,
    { kind: 'ended', at: T0 - 50 * min, by: 'system', cause: 'crash' },
    { talk_ms: 80_000, started: T0 - 55 * min, recording: 'off' },
  ),
  call(
    queued,
    { kind: 'ended', at: T0 - 70 * min, by: 'system', cause: 'busy' },
    {
      direction: 'outbound',
      connected: null,
      answered: null,
      started: T0 - 71 * min,
      recording: 'off',
    },
  ),
  call(
    queued,
    { kind: 'ended', at: T0 - 200 * min, by: 'system', cause: 'no_answer' },
    { connected: null, started: T0 - 205 * min, recording: 'off' },
  ),
];
export const recordings = [
  {
    id: id(),
    call: past.id,
    interaction: mine.id,
    started: T0 - 98 * min,
    ended: T0 - 90 * min,
    ms: 8 * min,
    chunks: 96,
    voicemail: false,
    cut: false,
    expires: T0 + 80 * 24 * 60 * min,
    deleted: false,
  },
];
const hill = (i, seed) => Math.abs(Math.sin(i / 7 + seed) * Math.sin(i / 2.3 + seed * 2)) * (Math.sin(i / 19 + seed) > -0.2 ? 1 : 0.08);
export const waveform = {
  ms: 8 * min,
  left: Array.from({ length: 160 }, (_, i) => Math.round(255 * hill(i, 1))),
  right: Array.from({ length: 160 }, (_, i) => Math.round(255 * hill(i + 60, 3))),
  gaps: [{ from_ms: 3.2 * min, to_ms: 3.7 * min, reason: 'paused' }],
  damages: [],
};

/** Puts the telephone into the world of the other screens. */
export function connect() {
  world.channels.push(channel);
  world.interactions.push(mine, ringing, queued, callback, other);
  world.agents.forEach((a, i) => (a.phone = i !== 4));
  anna.slots.push({ interaction: mine.id, medium: 'voice', activity: { kind: 'active', since: T0 } });
  boris.slots.push({ interaction: other.id, medium: 'voice', activity: { kind: 'active', since: T0 } });
  ivan.identities.push({ id: id(), kind: 'phone', value: '+48601222333', verified: true, source: 'call' });
  world.snapshot.data.calls = calls;
  const closed = {
    ...mine,
    state: { kind: 'closed', at: T0 - 90 * min, how: 'finished' },
    created: T0 - 100 * min,
    subject: 'Call from Ivan Petrov',
  };
  world.timeline.unshift({
    interaction: closed,
    queue_name: 'Support',
    agent_name: 'Boris Volkov',
    channel_name: 'Hotline',
    calls: [past],
    recordings,
  });
}
