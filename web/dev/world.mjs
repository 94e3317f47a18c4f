// A recorded desk: what the server answers to one agent at one moment. Used by shots.mjs to look at every screen without a server.
const T0 = Date.now();
const min = 60_000;
let n = 0;
const id = (kind) => `01920000-0000-7000-8000-${(kind * 1000 + ++n).toString(16).padStart(12, '0')}`;

export const capacity = { voice: 1, email: 5, chat: 3, message: 3, task: 3 };
const skill = (name) => ({ id: id(1), name });
export const skills = ['Polish', 'Russian', 'Billing', 'Returns'].map(skill);
export const teams = [
  { id: id(2), name: 'Warsaw' },
  { id: id(2), name: 'Night shift' },
];
const queue = (name, more = {}) => ({
  id: id(3),
  name,
  strategy: 'longest_idle',
  priority: 5,
  ageing_seconds: 300,
  skills: [],
  chat_offer_seconds: 45,
  email_offer_seconds: 600,
  voice_offer_seconds: 20,
  no_answer_delay_seconds: 30,
  decline_delay_seconds: 60,
  wrapup: { kind: 'timed', seconds: 60 },
  answer_within_seconds: 600,
  overflows: [],
  hours: null,
  closed: { kind: 'promise' },
  closing: { sweep: { kind: 'serve' } },
  full: null,
  empty: null,
  announce: { position: { kind: 'more_than', limit: 5 }, only_up: true },
  recovery: { after_seconds: 5, quiet_seconds: 300 },
  archived: false,
  ...more,
});
export const queues = [queue('Support'), queue('Billing', { skills: [{ skill: skills[2].id, level: 3 }] }), queue('Returns')];
export const pauseCodes = ['Lunch', 'Training', 'Short break'].map((name) => ({ id: id(4), name, archived: false }));
export const dispositions = ['Solved', 'Will call back', 'Wrong address', 'Complaint'].map((name) => ({
  id: id(5),
  name,
  queue: null,
  archived: false,
}));
const health = { state: 'ok', detail: '', since: T0 - 300 * min };
export const channels = [
  {
    id: id(6),
    kind: 'widget',
    name: 'Shop chat',
    queue: queues[0].id,
    enabled: true,
    health,
    settings: {
      kind: 'widget',
      key: 'wk_4f9a2c71d3',
      sites: ['https://shop.example.com'],
      title: 'Chat with us',
      greeting: 'Hello! How can we help you?',
      color: '#1d5fd1',
      ask: 'optional',
    },
  },
  {
    id: id(6),
    kind: 'mailbox',
    name: 'support@example.com',
    queue: queues[1].id,
    enabled: true,
    health: {
      state: 'error',
      detail: 'imap.example.com refused the password. Check user name and password, then test the connection.',
      since: T0 - 12 * min,
    },
    settings: {
      kind: 'mailbox',
      address: 'support@example.com',
      sender_name: 'Acme Support',
      aliases: ['help@example.com'],
      archive_before: T0 - 86_400_000,
      imap: { host: 'imap.example.com', port: 993, tls: 'tls', user: 'support', has_password: true },
      smtp: { host: 'smtp.example.com', port: 465, tls: 'tls', user: 'support', has_password: true },
      signature: 'Acme Support',
      auto_reply: '',
    },
  },
];
const agent = (name, more = {}) => ({
  id: id(7),
  name,
  team: teams[0].id,
  presence: { kind: 'available' },
  since: T0 - 25 * min,
  by: 'agent',
  next: null,
  connected: true,
  slots: [],
  queues: queues.map((q) => q.id),
  skills: [{ skill: skills[0].id, level: 8 }],
  capacity,
  ...more,
});
export const agents = [
  agent('Anna Kowalska'),
  agent('Boris Volkov', { since: T0 - 4 * min }),
  agent('Celina Nowak', { presence: { kind: 'paused', code: pauseCodes[0].id }, since: T0 - 17 * min }),
  agent('Dmitry Orlov', { presence: { kind: 'paused', code: null }, by: 'rona', since: T0 - 2 * min }),
  agent('Ewa Zielińska', { connected: false }),
  agent('Frank Meyer', { presence: { kind: 'offline' } }),
];
const me = agents[0];
const other = agents[1];
const customer = (name, mail, more = {}) => ({
  id: id(8),
  name,
  language: 'pl',
  notes: '',
  created: T0 - 90 * 86_400_000,
  identities: [
    { id: id(9), kind: 'email', value: mail, verified: true, source: 'mail' },
    { id: id(9), kind: 'visitor', value: 'v', verified: true, source: 'widget_form' },
  ],
  ...more,
});
export const customers = [
  customer('Ivan Petrov', 'ivan.petrov@example.org', { language: 'ru', notes: 'Prefers a call in the afternoon. VIP since 2023.' }),
  customer('Katarzyna Wiśniewska', 'k.wisniewska@example.pl'),
  customer('Piotr Zając', 'piotr@example.pl'),
  customer('Maria Schmidt', 'maria@example.de', { language: 'de' }),
  customer('Тимофей Александрович Константинопольский', 'timofey@example.ru', { language: 'ru' }),
  customer('John Carter', 'john@example.com', { language: 'en' }),
];
const interaction = (who, medium, state, more = {}) => ({
  id: id(10),
  medium,
  channel: channels[medium === 'chat' ? 0 : 1].id,
  customer: who.id,
  customer_name: who.name,
  subject: '',
  preview: '',
  language: who.language,
  queue: queues[medium === 'chat' ? 0 : 1].id,
  agent: state.agent ?? null,
  state,
  priority: 5,
  created: T0 - 30 * min,
  enqueued: T0 - 4 * min,
  due: T0 + 6 * min,
  answered: null,
  customer_waits: T0 - 2 * min,
  last_message: 3,
  last_at: T0 - 2 * min,
  agent_read: 3,
  customer_read: 1,
  previous: null,
  disposition: null,
  customer_online: medium === 'chat',
  ...more,
});
export const interactions = [
  interaction(
    customers[3],
    'chat',
    { kind: 'offered', offer: id(11), agent: me.id, until: T0 + 33_000 },
    { preview: 'Guten Tag, my parcel 4711 has not arrived', subject: 'My parcel 4711 has not arrived' },
  ),
  interaction(
    customers[0],
    'chat',
    { kind: 'active', agent: me.id, since: T0 - 20 * min },
    {
      preview: 'And when will the money be back on my card?',
      answered: T0 - 18 * min,
      last_message: 9,
      agent_read: 7,
      last_at: T0 - 70_000,
      subject: 'Refund for order 8812',
    },
  ),
  interaction(
    customers[1],
    'email',
    { kind: 'active', agent: me.id, since: T0 - 50 * min },
    {
      subject: 'Faktura za październik',
      preview: 'Dzień dobry, proszę o korektę faktury',
      due: T0 + 70_000,
      last_at: T0 - 45 * min,
      created: T0 - 60 * min,
    },
  ),
  interaction(
    customers[2],
    'email',
    { kind: 'active', agent: me.id, since: T0 - 200 * min },
    {
      subject: 'Return of a kettle',
      preview: 'Please send it back to the address below',
      customer_waits: null,
      answered: T0 - 100 * min,
      due: null,
      last_at: T0 - 100 * min,
    },
  ),
  interaction(
    customers[5],
    'chat',
    { kind: 'wrapup', agent: me.id, since: T0 - 20_000, until: T0 + 40_000 },
    { preview: 'Thank you, that was quick!', answered: T0 - 10 * min, subject: 'Change of address', customer_online: false },
  ),
  interaction(
    customers[4],
    'chat',
    { kind: 'queued' },
    { preview: 'Здравствуйте, не могу войти в личный кабинет', enqueued: T0 - 3 * min - 12_000, due: T0 - 20_000 },
  ),
  interaction(
    customers[1],
    'email',
    { kind: 'queued' },
    { subject: 'Complaint about delivery', preview: 'I have been waiting for three weeks', enqueued: T0 - 66_000 },
  ),
];
me.slots = [1, 2, 3].map((i) => ({
  interaction: interactions[i].id,
  medium: interactions[i].medium,
  activity: { kind: 'active', since: T0 },
}));
other.slots = [{ interaction: id(10), medium: 'chat', activity: { kind: 'active', since: T0 } }];
other.since = T0 - 40 * min;

const delivery = { kind: 'none' };
const message = (of, number, kind, text, at, more = {}) => ({
  id: id(12),
  interaction: of.id,
  number,
  kind,
  text,
  quoted: '',
  has_html: false,
  has_remote: false,
  client_id: null,
  at,
  delivery,
  mail: null,
  attachments: [],
  author:
    kind === 'inbound'
      ? { kind: 'customer', id: of.customer }
      : kind === 'event'
        ? { kind: 'system', key: 'assigned' }
        : { kind: 'user', id: me.id, name: me.name },
  ...more,
});
const chat = interactions[1];
const mail = interactions[2];
const envelope = (from, to, subject) => ({
  from,
  to: [to],
  cc: [{ name: 'Księgowość', address: 'ksiegowosc@example.pl' }],
  subject,
  message_id: '20261122.abc@example.pl',
  dmarc: 'pass',
});
export const messages = {
  [chat.id]: [
    message(chat, 1, 'inbound', 'Hello! I returned the jacket from order 8812 last week.', T0 - 24 * 60 * min),
    message(chat, 2, 'event', 'Anna Kowalska accepted', T0 - 20 * min),
    message(chat, 3, 'outbound', 'Hello Ivan, thank you for writing. I am looking at your order now.', T0 - 18 * min, {
      delivery: { kind: 'read', at: T0 - 17 * min },
    }),
    message(chat, 4, 'outbound', 'The parcel reached our warehouse on Friday: https://track.example.com/8812', T0 - 17 * min, {
      delivery: { kind: 'read', at: T0 - 16 * min },
    }),
    message(chat, 5, 'note', 'Warehouse confirms: jacket is fine, full refund approved by Celina.', T0 - 10 * min),
    message(chat, 6, 'inbound', 'Great, here is the receipt that you asked for.', T0 - 6 * min, {
      attachments: [{ id: id(13), name: 'receipt-8812-november-2026.pdf', mime: 'application/pdf', size: 348_112, inline: false }],
    }),
    message(chat, 7, 'outbound', 'Thank you! The refund is on its way.', T0 - 4 * min, { delivery: { kind: 'sent', at: T0 - 4 * min } }),
    message(chat, 8, 'inbound', 'Perfect.', T0 - 80_000),
    message(chat, 9, 'inbound', 'And when will the money be back on my card?', T0 - 70_000),
  ],
  [mail.id]: [
    message(
      mail,
      1,
      'inbound',
      'Dzień dobry,\n\nproszę o korektę faktury FV/10/2026: błędny NIP. W załączniku skan.\n\nPozdrawiam\nKatarzyna Wiśniewska',
      T0 - 60 * min,
      {
        mail: envelope(
          { name: 'Katarzyna Wiśniewska', address: 'k.wisniewska@example.pl' },
          { name: 'Acme Support', address: 'support@example.com' },
          'Faktura za październik',
        ),
        quoted: '> On 1 November Acme wrote:\n> Your invoice is attached.',
        has_html: true,
        has_remote: true,
        attachments: [{ id: id(13), name: 'skan.pdf', mime: 'application/pdf', size: 1_200_000, inline: false }],
      },
    ),
    message(mail, 2, 'outbound', 'Dzień dobry,\n\ndziękujemy, przygotujemy korektę jeszcze dziś.\n\nAnna Kowalska', T0 - 50 * min, {
      mail: envelope(
        { name: 'Acme Support', address: 'support@example.com' },
        { name: 'Katarzyna Wiśniewska', address: 'k.wisniewska@example.pl' },
        'Re: Faktura za październik',
      ),
      delivery: { kind: 'failed', at: T0 - 49 * min, why: '550 5.1.1 mailbox unavailable' },
    }),
    message(mail, 3, 'inbound', 'Dziękuję, czekam.', T0 - 45 * min, {
      mail: envelope(
        { name: 'Katarzyna Wiśniewska', address: 'k.wisniewska@example.pl' },
        { name: 'Acme Support', address: 'support@example.com' },
        'Re: Faktura za październik',
      ),
    }),
  ],
};
export const decisions = [
  { at: T0 - 22 * min, act: 'queued', rule: '', because: 'queued', agent: null, queue: queues[0].id, candidates: [], removed: [] },
  { at: T0 - 22 * min, act: 'missed', rule: '', because: 'missed', agent: agents[3].id, queue: queues[0].id, candidates: [], removed: [] },
  {
    at: T0 - 21 * min,
    act: 'offered',
    rule: 'longest_idle',
    because: 'offered',
    agent: me.id,
    queue: queues[0].id,
    candidates: [
      { agent: me.id, idle_ms: 250_000, skill: 8, free: 3 },
      { agent: other.id, idle_ms: 91_000, skill: 4, free: 2 },
    ],
    removed: [
      { filter: 'not_available', count: 1, agents: [agents[2].id] },
      { filter: 'excluded_after_miss', count: 1, agents: [agents[3].id] },
    ],
  },
];
export const segments = [
  {
    id: id(14),
    interaction: chat.id,
    queue: queues[0].id,
    agent: me.id,
    enqueued: T0 - 22 * min,
    answered: T0 - 20 * min,
    wrapup: null,
    ended: null,
    outcome: null,
    offers: 1,
  },
];
export const matches = [
  {
    id: id(15),
    customer: customers[0].id,
    other: customers[5].id,
    other_name: 'Ivan A. Petrov',
    confidence: 80,
    reason: 'same_email_unverified',
    state: 'open',
    created: T0,
  },
];
export const timeline = [
  chat,
  interactions[3],
  { ...interactions[2], state: { kind: 'closed', at: T0, how: 'finished' }, created: T0 - 9 * 86_400_000 },
].map((doc) => ({
  interaction: doc,
  queue_name: 'Support',
  agent_name: 'Anna Kowalska',
  channel_name: doc.medium === 'chat' ? 'Shop chat' : 'support@example.com',
  calls: [],
  recordings: [],
}));
const unit = (state, more = {}) => ({
  id: id(16),
  kind: 'mail',
  channel: channels[1].id,
  received: T0 - 200 * min,
  state,
  cause: null,
  detail: '',
  queue: queues[1].id,
  owner: null,
  deadline: T0 + 90 * min,
  interaction: null,
  customer: null,
  from: 'maria@example.de',
  subject: 'Where is my order?',
  ended: null,
  ...more,
});
export const ledger = [
  unit('open', {
    kind: 'chat_opening',
    from: 'Ivan Petrov',
    subject: 'Refund for order 8812',
    owner: me.id,
    interaction: chat.id,
    customer: customers[0].id,
  }),
  unit('quarantined', { from: 'spam-like@example.net', subject: '(unreadable)', detail: 'the mail has 60 nested parts; the limit is 32' }),
  unit('open', { deadline: T0 - 25 * min, subject: 'Complaint about delivery', from: 'Katarzyna Wiśniewska' }),
  unit('black_hole', { cause: 'closed_without_reply', ended: T0 - 60 * min, from: 'John Carter', subject: 'No answer since Monday' }),
  unit('answered', { ended: T0 - 30 * min, from: 'Piotr Zając', subject: 'Return of a kettle' }),
];
export const summary = {
  at: T0,
  received: 1284,
  states: [
    { state: 'open', count: 7 },
    { state: 'quarantined', count: 1 },
    { state: 'answered', count: 1180 },
    { state: 'joined', count: 81 },
    { state: 'refused', count: 11 },
    { state: 'black_hole', count: 4 },
  ],
  causes: [
    { cause: 'closed_without_reply', count: 2 },
    { cause: 'reply_bounced', count: 1 },
    { cause: 'abandoned_not_called_back', count: 1 },
  ],
  overdue: 1,
  oldest_open: T0 - 200 * min,
  repeat_victims: 1,
  black_holes_per_1000: 3.1,
  conserved: true,
  violations: [],
};
const RIGHTS = [
  'agent.work',
  'interaction.pull',
  'interaction.read',
  'interaction.write',
  'interaction.manage',
  'customer.read',
  'customer.write',
  'agent.read',
  'agent.manage',
  'ledger.read',
  'ledger.manage',
  'routing.configure',
  'channel.configure',
  'user.configure',
  'workspace.configure',
  'call.dial',
  'call.monitor',
  'call.barge',
  'recording.listen',
  'recording.control',
  'voice.configure',
  'audit.read',
  'events.read',
];
export const roles = [
  {
    id: id(17),
    key: 'agent',
    name: 'Agent',
    grants: [
      { right: 'agent.work', scope: 'own' },
      { right: 'interaction.read', scope: 'queue' },
      { right: 'interaction.write', scope: 'own' },
      { right: 'customer.read', scope: 'all' },
    ],
  },
  { id: id(17), key: 'owner', name: 'Owner', grants: RIGHTS.map((right) => ({ right, scope: 'all' })) },
];
export const users = agents.map((a, i) => ({
  id: a.id,
  email: `${a.name.split(' ')[0].toLowerCase()}@example.com`,
  name: a.name,
  team: a.team,
  roles: [roles[i ? 0 : 1].id],
  disabled: i === 5,
  language: 'en',
  skills: a.skills,
  queues: a.queues,
  capacity,
  created: T0,
}));
export const workspace = { id: id(18), name: 'Acme Outdoor', time_zone: 'Europe/Warsaw', language: 'en' };
export const audit = [
  {
    seq: 3,
    at: T0 - min,
    actor: 'Anna Kowalska',
    act: 'queue.changed',
    subject: 'Support',
    data: { answer_within_seconds: [300, 600] },
    hash: 'c0ffee'.repeat(10),
  },
  { seq: 2, at: T0 - 5 * min, actor: 'Anna Kowalska', act: 'user.created', subject: 'Boris Volkov', data: {}, hash: 'beef'.repeat(16) },
];
export const meDoc = { user: users[0], grants: roles[1].grants, workspace, agent: me, build: 'dev', files_origin: '', seq: 100 };
export const snapshot = {
  t: 'snapshot',
  seq: 100,
  build: 'dev',
  now: T0,
  data: {
    interactions,
    agents,
    queues,
    skills,
    channels,
    pause_codes: pauseCodes,
    dispositions,
    teams,
    users: users.map(({ id, name }) => ({ id, name })),
  },
};
export const detail = (doc) => ({
  interaction: doc,
  segments,
  customer: customers.find((c) => c.id === doc.customer) ?? null,
  matches: doc === chat ? matches : [],
});
