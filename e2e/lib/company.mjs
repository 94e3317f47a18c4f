// A company, made through the API as an administrator would make it.
import { Api } from './api.mjs';
import { peers } from './peers.mjs';

export const OWNER = { name: 'Olga Owner', email: 'olga@shop.test', password: 'a-long-enough-password' };
export const ANNA = { name: 'Anna Kowalska', email: 'anna.agent@shop.test', password: 'anna-likes-long-words' };
export const BORIS = { name: 'Boris Ivanov', email: 'boris.agent@shop.test', password: 'boris-likes-long-words' };

const queueBody = (name, more = {}) => ({
  name,
  strategy: 'longest_idle',
  priority: 5,
  ageing_seconds: 60,
  skills: [],
  chat_offer_seconds: 45,
  email_offer_seconds: 300,
  voice_offer_seconds: 20,
  no_answer_delay_seconds: 1,
  decline_delay_seconds: 60,
  wrapup: { kind: 'none' },
  answer_within_seconds: 3600,
  overflows: [],
  ...more,
});

/** Sets up an empty server: two queues, two agents, a widget, and a mailbox on the Dovecot of the peers. */
export async function found(server, { mailbox = 'support@shop.test', queue = {} } = {}) {
  const { imap_port, smtp_port, mail_password } = await peers();
  const api = new Api(server.url);
  await api.post('/setup', { token: server.setupToken(), company: 'Window Shop', time_zone: 'Europe/Warsaw', language: 'en', ...OWNER });
  await api.signIn(OWNER);
  const support = await api.post('/queues', queueBody('Support', queue));
  const sales = await api.post('/queues', queueBody('Sales', { wrapup: { kind: 'discretionary' } }));
  const lunch = await api.post('/pause-codes', { name: 'Fire drill' });
  const solved = await api.post('/dispositions', { name: 'Story told', queue: null });
  const roles = await api.all('/roles');
  const role = roles.find((one) => one.key === 'senior').id;
  const capacity = { voice: 1, email: 5, chat: 3, message: 3, task: 3 };
  for (const agent of [ANNA, BORIS]) {
    await api.post('/users', { ...agent, team: null, roles: [role], language: 'en', skills: [], queues: [support.id, sales.id], capacity });
  }
  const widget = await api.post('/channels', {
    kind: 'widget',
    name: 'Web site',
    queue: support.id,
    enabled: true,
    settings: { kind: 'widget', key: '', sites: ['*'], title: 'Window Shop', greeting: 'How can we help?', color: '#1d5fd1', ask: 'optional' },
  });
  const host = (port, user) => ({ host: '127.0.0.1', port, tls: 'none', user, has_password: false });
  const mail = await api.post('/channels', {
    kind: 'mailbox',
    name: 'Support mail',
    queue: support.id,
    enabled: true,
    imap_password: mail_password,
    settings: {
      kind: 'mailbox',
      address: mailbox,
      sender_name: 'Window Shop',
      aliases: [],
      imap: host(imap_port, mailbox),
      archive_before: null,
      smtp: host(smtp_port, ''),
      signature: 'Your Window Shop',
      auto_reply: '',
    },
  });
  return { api, support, sales, lunch, solved, widget, mail, mailbox };
}
