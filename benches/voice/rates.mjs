// Calls at a rate: through the queue to agents, through a proxy only, and more than there can be.
import { join } from 'node:path';
import { NUMBER, phonesReady } from '../../e2e/lib/hotline.mjs';
import { root } from '../../e2e/lib/peers.mjs';
import { ports } from '../../e2e/lib/process.mjs';
import { done, kamailio, numbers, registerPhones, sipp } from '../../e2e/lib/sip.mjs';
import { until } from '../../e2e/lib/wait.mjs';
import { CALLERS, PHONES, PROXY, SECONDS, first, repeated, traced, used, usedByAll } from './measure.mjs';

/**
 * How long an agent talks, ms. Who hangs up 200 ms after his answer has not taken his customer, as okno sees it, and is paused: on a machine that is too
 * slow short talks look like that.
 */
export const TALK = Number(process.env.OKNO_BENCH_TALK ?? 2000);
/** Calls of a run whose messages are kept: enough for a 99th percentile. */
const TRACED = 300;

let phones;
/**
 * The phones of these agents, at the one port of all parts: a phone that is registered at a port where nobody is any more is rung there as well.
 * Ends what the part before has left, and makes everybody available.
 */
export async function register(company, list) {
  phones ??= await ports(PHONES);
  const left = await clear(company.api);
  if (left) console.log(`(${left} calls of the part before were still there, and were ended)`);
  await registerPhones(company.sip, PHONES, phones, list.map((agent) => agent.phone));
  await phonesReady(company.api, list);
  await Promise.all(list.map((agent) => agent.api.put('/me/presence', { presence: { kind: 'available' } })));
  await until(`${list.length} agents to be ready`, async () => (await floorOf(company.api, list)).ready === list.length);
  return phones;
}

/** Hangs up every call that goes on; says how many there were. */
async function clear(api) {
  const live = await api.all('/calls?state=live');
  await Promise.all(live.map((call) => api.post(`/calls/${call.id}/command`, { act: 'hangup' }).catch(() => {})));
  await until('all calls to be over', async () => !(await api.all('/calls?state=live')).length);
  return live.length;
}

/** How many of these agents could be offered a call now, and how many okno has put on pause, by reason. */
async function floorOf(api, list) {
  const names = new Set(list.map((agent) => agent.name));
  const known = (await api.all('/agents')).filter((agent) => names.has(agent.name));
  const ready = known.filter((agent) => agent.presence.kind === 'available' && agent.connected && agent.phone && !agent.slots.length).length;
  const paused = {};
  for (const agent of known.filter((agent) => agent.presence.kind === 'paused')) paused[agent.by] = (paused[agent.by] ?? 0) + 1;
  return { ready, paused };
}

/** What the agents' phones have seen, and what became of the agents. */
async function desksOf(api, list, desks) {
  const figures = desks.figures();
  const number = (name) => Number(figures[`${name}(C)`] ?? 0);
  const { paused } = await floorOf(api, list);
  return { rang: number('IncomingCall'), complete: number('SuccessfulCall'), paused: Object.entries(paused).map(([why, count]) => `${count} ${why}`).join(', ') || 'none' };
}

/** Calls at a rate: whether all were clean, what each cost. SIPp keeps no messages meanwhile: its writing would cost more than our work. */
export async function queued(company, list, rate) {
  const calls = rate * SECONDS;
  const port = await register(company, list);
  const quiet = { trace: false, seconds: SECONDS + 30 };
  const desks = await sipp('agent', { ip: PHONES, port, to: company.sip, pause: TALK, ...quiet });
  const before = used(company.server.child.pid);
  const began = Date.now();
  const callers = await sipp('caller', { ip: CALLERS, to: company.sip, service: NUMBER, calls, rate, limit: calls, list: numbers(calls, 601_000_000 + rate * 10_000), ...quiet });
  const code = await callers.over;
  const took = (Date.now() - began) / 1000;
  const cpu = used(company.server.child.pid).cpu - before.cpu;
  // The phones write their figures once a second.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const seen = await desksOf(company.api, list, desks);
  await desks.end('SIGKILL');
  const again = repeated(callers) + repeated(desks);
  return { rate, calls, clean: code === 0 && again === 0 && seen.complete === calls, took, again, cpu: cpu / calls, ...seen };
}

/** How long a caller's INVITE needs to become the agent's, ms. */
export async function reach(company, list, rate) {
  const port = await register(company, list);
  const more = ['-trace_msg'];
  const desks = await sipp('agent', { ip: PHONES, port, to: company.sip, pause: TALK, seconds: 60, more });
  const callers = await sipp('caller', { ip: CALLERS, to: company.sip, service: NUMBER, calls: TRACED, rate, limit: TRACED, list: numbers(TRACED, 611_000_000 + rate * 10_000), seconds: 60, more });
  await callers.over;
  await desks.end('SIGKILL');
  return between(callers, desks);
}

function between(callers, desks) {
  const called = first(traced(callers), (one) => one.sent && one.first.startsWith('INVITE'));
  const offered = first(traced(desks), (one) => !one.sent && one.first.startsWith('INVITE'));
  return [...called].filter(([from]) => offered.has(from)).map(([from, then]) => (offered.get(from) - then) * 1000);
}

/** Waiting callers and one agent: from his hanging up to his next call, ms. */
export async function next(company, agent) {
  const port = await register(company, [agent]);
  const calls = 60;
  const desks = await sipp('agent', { ip: PHONES, port, to: company.sip, pause: TALK, seconds: 60, more: ['-trace_msg'] });
  const callers = await sipp('caller', { ip: CALLERS, to: company.sip, service: NUMBER, calls, rate: 60, limit: calls, list: numbers(calls, 605_000_000), seconds: 60 });
  await done(callers);
  await desks.end('SIGKILL');
  const times = [];
  let over;
  for (const one of traced(desks)) {
    if (one.sent && one.first.startsWith('BYE')) over = one.at;
    if (!one.sent && one.first.startsWith('INVITE') && over) {
      times.push((one.at - over) * 1000);
      over = undefined;
    }
  }
  return times;
}

/** The price of signaling itself: the same callers and phones with nothing but Kamailio between them. */
export async function floor(rate) {
  const port = await ports(PHONES);
  const calls = rate * SECONDS;
  const proxy = await kamailio({ ip: PROXY, okno: `${PHONES}:${port}`, callers: `${CALLERS}:5060` });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const run = async (calls, more, trace) => {
    const desks = await sipp('agent', { ip: PHONES, port, to: proxy.address, pause: TALK, seconds: SECONDS * 6, trace, more });
    const callers = await sipp('caller', { ip: CALLERS, to: proxy.address, service: NUMBER, calls, rate, limit: calls, list: numbers(calls, 602_000_000), seconds: SECONDS * 6, trace, more });
    const clean = (await callers.over) === 0;
    await desks.end('SIGKILL');
    return { callers, desks, clean };
  };
  const before = usedByAll(proxy.child.pid);
  const { clean } = await run(calls, [], false);
  const cpu = (usedByAll(proxy.child.pid) - before) / calls;
  const { callers, desks } = await run(TRACED, ['-trace_msg'], true);
  const reach = between(callers, desks);
  await proxy.end();
  return { clean, cpu, reach };
}

/** More calls than there can be: how many were taken and went as they should, and how many were asked to come back. */
export async function overload(company, list, rate) {
  const calls = rate * SECONDS;
  const port = await register(company, list);
  const quiet = { trace: false, seconds: SECONDS + 60 };
  const desks = await sipp('agent', { ip: PHONES, port, to: company.sip, pause: TALK, ...quiet });
  const began = Date.now();
  const callers = await sipp(join(root, 'benches/voice/caller-or-later'), { ip: CALLERS, to: company.sip, service: NUMBER, calls, rate, limit: calls, list: numbers(calls, 603_000_000), ...quiet });
  await callers.over;
  const took = (Date.now() - began) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const seen = await desksOf(company.api, list, desks);
  await desks.end('SIGKILL');
  const figures = callers.figures();
  const [good, bad, begun] = ['SuccessfulCall(C)', 'FailedCall(C)', 'OutgoingCall(C)'].map((name) => Number(figures[name]));
  const refused = Number(figures['GenericCounter1(C)'] ?? figures['refused(C)'] ?? 0);
  return { calls, begun, took, bad, refused, done: good - refused, again: repeated(callers), ...seen };
}
