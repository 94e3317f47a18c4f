// A company with a telephone: a hotline, agents with SIP phones, and what became of the calls.
import { Api } from './api.mjs';
import { found } from './company.mjs';
import { desk, leave, telephone } from './sip.mjs';
import { Server } from './server.mjs';
import { until } from './wait.mjs';

export const NUMBER = '+48221234567';
/** A second number: its callers hear ringing until an agent answers. */
export const PATIENT = '+48221234568';

const servers = new Set();
/** At the end of a file, however it ended. */
export async function closeAll() {
  await leave();
  for (const server of servers) server.child?.kill('SIGKILL');
}

/** The server with its telephone, a trunk whose calls come from `provider`, and two numbers of one queue. */
export async function hotline({ provider = '127.0.0.2', port = 5060, record = true, queue = {}, trunk = {}, env = {}, ip = '127.0.0.1' } = {}) {
  const phone = await telephone(ip);
  const server = await Server.start({ env: { ...phone.env, ...env } });
  servers.add(server);
  const company = await found(server, { queue: { voice_offer_seconds: 40, ...queue } });
  const { api, support } = company;
  const base = { enabled: true, host: provider, port, sources: [provider], max_calls: 200, calls_per_second: 200 };
  const first = await api.post('/trunks', { name: 'Provider', order: 1, ...base, ...trunk });
  const line = (name, numbers, answer) => ({
    kind: 'phone',
    name,
    queue: support.id,
    enabled: true,
    settings: { kind: 'phone', numbers, answer, announce_seconds: 0, record, whisper: false, click_to_call: false },
  });
  const channel = await api.post('/channels', line('Hotline', [NUMBER], 'at_once'));
  await api.post('/channels', line('Free of charge', [PATIENT], 'with_agent'));
  await api.patch('/dial-plan', { country: '48', national_prefix: '', allow: ['+48'], deny: [] });
  return { ...company, server, trunk: first, channel, sip: `${ip.includes(':') ? `[${ip}]` : ip}:${phone.port}`, sipPort: phone.port };
}

/** Agents `a1`, `a2`, ... who may each have one SIP phone; `come()` opens the desk and makes one available. */
export async function agents(company, count, as = 'senior') {
  const { api, server, support } = company;
  const role = (await api.all('/roles')).find((one) => one.key === as || one.id === as).id;
  const capacity = { voice: 1, email: 0, chat: 0, message: 0, task: 0 };
  const all = [];
  for (let i = 1; i <= count; i++) {
    const who = { name: `Agent ${i}`, email: `a${i}@shop.test`, password: `agent-${i}-likes-long-words` };
    const user = await api.post('/users', { ...who, team: null, roles: [role], language: 'en', skills: [], queues: [support.id], capacity });
    const phone = { login: `desk${i}`, password: `a-long-secret-of-desk-${i}` };
    await api.post('/phones', { agent: user.id, name: `Desk phone ${i}`, ...phone });
    const own = await new Api(server.url).signIn(who);
    const agent = { ...who, id: user.id, phone, api: own };
    agent.come = async () => {
      agent.desk = await desk(own);
      await own.put('/me/presence', { presence: { kind: 'available' } });
    };
    all.push(agent);
  }
  return all;
}

/** Waits until okno knows the phones of these agents. */
export const phonesReady = (api, list) =>
  until('the phones to be registered', async () => {
    const known = await api.all('/agents');
    return list.every((agent) => known.find((one) => one.name === agent.name)?.phone === true);
  });

/** Waits until so many calls are over, and returns all. */
export const callsOver = (api, count) =>
  until(
    `${count} calls to be over`,
    async () => {
      const calls = await api.all('/calls');
      return calls.length >= count && calls.every((call) => call.state.kind === 'ended') && calls;
    },
    60_000,
  );

/** What the ledger holds about calls. */
export const callUnits = async (api) => (await api.all('/ledger?state=all')).filter((unit) => unit.kind === 'call');

/** How an end is told: who and why, with how often. */
export function ends(calls) {
  const count = {};
  for (const { state } of calls) count[`${state.by} ${state.cause}`] = (count[`${state.by} ${state.cause}`] ?? 0) + 1;
  return count;
}
