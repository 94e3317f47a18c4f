// Calls at a rate: through the queue to agents, through a proxy only, and more than there can be.
import { join } from 'node:path';
import { NUMBER, phonesReady } from '../../e2e/lib/hotline.mjs';
import { root } from '../../e2e/lib/peers.mjs';
import { ports } from '../../e2e/lib/process.mjs';
import { done, kamailio, numbers, registerPhones, sipp } from '../../e2e/lib/sip.mjs';
import { CALLERS, PHONES, PROXY, SECONDS, first, repeated, traced, used, usedByAll } from './measure.mjs';

/** How long an agent talks, ms. */
const TALK = 300;
/** Calls of a run whose messages are kept: enough for a 99th percentile. */
const TRACED = 300;

/** The phones of these agents, registered at a port that a scenario can wait at. */
export async function register(company, list) {
  const port = await ports(PHONES);
  await registerPhones(company.sip, PHONES, port, list.map((agent) => agent.phone));
  await phonesReady(company.api, list);
  return port;
}

/** Calls at a rate: whether all were clean, what each cost. SIPp keeps no messages meanwhile: its writing would cost more than our work. */
export async function queued(company, list, rate) {
  const calls = rate * SECONDS;
  const port = await register(company, list);
  const quiet = { trace: false, seconds: SECONDS * 6 };
  const desks = await sipp('agent', { ip: PHONES, port, to: company.sip, pause: TALK, ...quiet });
  const before = used(company.server.child.pid);
  const began = Date.now();
  const callers = await sipp('caller', { ip: CALLERS, to: company.sip, service: NUMBER, calls, rate, limit: calls, list: numbers(calls, 601_000_000 + rate * 10_000), ...quiet });
  const clean = (await callers.over) === 0;
  const took = (Date.now() - began) / 1000;
  const cpu = used(company.server.child.pid).cpu - before.cpu;
  await desks.end('SIGKILL');
  return { rate, calls, clean, took, again: repeated(callers) + repeated(desks), cpu: cpu / calls };
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
  const quiet = { trace: false, seconds: SECONDS * 8 };
  const desks = await sipp('agent', { ip: PHONES, port, to: company.sip, pause: TALK, ...quiet });
  const began = Date.now();
  const callers = await sipp(join(root, 'benches/voice/caller-or-later'), { ip: CALLERS, to: company.sip, service: NUMBER, calls, rate, limit: calls, list: numbers(calls, 603_000_000), ...quiet });
  await callers.over;
  const took = (Date.now() - began) / 1000;
  await desks.end('SIGKILL');
  const figures = callers.figures();
  const [good, bad] = [Number(figures['SuccessfulCall(C)']), Number(figures['FailedCall(C)'])];
  const refused = Number(figures['GenericCounter1(C)'] ?? figures['refused(C)'] ?? 0);
  return { calls, took, bad, refused, done: good - refused };
}
