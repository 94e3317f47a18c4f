// What a call costs: SIPp as callers and as the agents' phones against the built server. Prints rows of a table; `cargo xtask bench voice`
// keeps them. Callers, phones and okno share the machine: the figures are lower bounds, to be compared within one run only.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpus, loadavg } from 'node:os';
import { agents, callsOver, closeAll, hotline, NUMBER, phonesReady } from '../../e2e/lib/hotline.mjs';
import { root, stopPeers } from '../../e2e/lib/peers.mjs';
import { ports } from '../../e2e/lib/process.mjs';
import { done, numbers, registerPhones, sipp } from '../../e2e/lib/sip.mjs';
import { until } from '../../e2e/lib/wait.mjs';

const CALLERS = '127.0.0.2';
const PHONES = '127.0.0.3';
const AGENTS = Number(process.env.OKNO_BENCH_AGENTS ?? 20);
const RATES = (process.env.OKNO_BENCH_RATES ?? '20,50,100,200').split(',').map(Number);
const SECONDS = Number(process.env.OKNO_BENCH_SECONDS ?? 10);
/** What the kernel counts processor time in. */
const TICK_MS = 10;

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const at = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
const spread = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted.length ? `p50 ${at(sorted, 0.5).toFixed(1)} ms, p99 ${at(sorted, 0.99).toFixed(1)} ms` : 'none';
};

/** Processor time of okno so far, ms, and its resident memory, kB. */
function used(server) {
  const stat = readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const memory = Number(readFileSync(`/proc/${server.child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);
  return { cpu: (Number(stat[11]) + Number(stat[12])) * TICK_MS, memory };
}

/** The messages that a SIPp has traced: `{at (s), sent, first, from}`. */
function traced(run) {
  const file = readdirSync(run.dir).find((name) => name.endsWith('_messages.log'));
  const found = [];
  for (const part of readFileSync(join(run.dir, file), 'utf8').split(/^-{20,} /m).slice(1)) {
    const text = part.split('\n');
    found.push({
      at: text[0].trim().split(/\s+/)[1].split(':').reduce((sum, part) => sum * 60 + Number(part), 0),
      sent: /message sent/.test(text[1]),
      first: (text[3] ?? '').trim(),
      from: part.match(/^From:.*?<sip:([^@>]*)/m)?.[1],
    });
  }
  return found;
}

/** The phones of these agents, registered at a port that a scenario can wait at. */
async function register(company, list) {
  const port = await ports(PHONES);
  await registerPhones(company.sip, PHONES, port, list.map((agent) => agent.phone));
  await phonesReady(company.api, list);
  return port;
}

/** Calls at a rate; what each cost and how long everything took. */
async function queued(company, list, rate) {
  const calls = rate * SECONDS;
  const port = await register(company, list);
  const more = ['-trace_msg'];
  const desks = await sipp('agent', { ip: PHONES, port, to: company.sip, calls, pause: 300, seconds: SECONDS * 6, more });
  const before = used(company.server);
  const began = Date.now();
  const callers = await sipp('caller', { ip: CALLERS, to: company.sip, service: NUMBER, calls, rate, limit: calls, list: numbers(calls, 601_000_000 + rate * 10_000), seconds: SECONDS * 6, more });
  const clean = (await callers.over) === 0;
  const took = (Date.now() - began) / 1000;
  const cpu = used(company.server).cpu - before.cpu;
  await desks.end('SIGKILL');
  const [out, inn] = [traced(callers), traced(desks)];
  const first = (list, wanted) => {
    const map = new Map();
    for (const one of list) if (wanted(one) && !map.has(one.from)) map.set(one.from, one.at);
    return map;
  };
  const called = first(out, (one) => one.sent && one.first.startsWith('INVITE'));
  const offered = first(inn, (one) => !one.sent && one.first.startsWith('INVITE'));
  const reach = [...called].filter(([from]) => offered.has(from)).map(([from, then]) => (offered.get(from) - then) * 1000);
  const again = out.filter((one) => one.sent && one.first.startsWith('INVITE')).length - called.size;
  return { rate, calls, clean, took, again, cpu: cpu / calls, reach };
}

/** Waiting callers and one agent: from his hanging up to his next call. */
async function next(company, agent) {
  const port = await register(company, [agent]);
  const calls = 60;
  const desks = await sipp('agent', { ip: PHONES, port, to: company.sip, calls, pause: 300, seconds: 60, more: ['-trace_msg'] });
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

/** Callers who stay: in the queue, or with agents and speaking. */
async function staying(company, count, { scenario, pause, more, state, start }) {
  const before = used(company.server);
  const list = numbers(count, 606_000_000 + Math.round(Math.random() * 1e6));
  const callers = await sipp(scenario, { ip: CALLERS, to: company.sip, service: NUMBER, calls: count, rate: 20, limit: count, list, pause, seconds: 120, more });
  start?.(callers.dir);
  await until(`${count} calls to be ${state}`, async () => (await company.api.all('/calls?state=live')).filter((call) => call.state.kind === state).length === count);
  const [begun, from] = [used(company.server), Date.now()];
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 500));
  const ended = used(company.server);
  const seconds = (Date.now() - from) / 1000;
  await callers.over;
  return { memory: (ended.memory - before.memory) / count, cpu: (ended.cpu - begun.cpu) / seconds / count };
}

/** A second of A-law noise, louder than silence. */
const voice = (dir) => writeFileSync(join(dir, 'voice.pcma'), Buffer.from(Array.from({ length: 8000 }, (_, i) => (i * 37) & 0xff)));

async function measure() {
  const company = await hotline({ provider: CALLERS, record: false, env: { OKNO_LOG: 'warn', OKNO_RTP_PORTS: '10000-26999' }, trunk: { max_calls: 1000, calls_per_second: 1000 } });
  const list = await agents(company, AGENTS);
  const waiting = await staying(company, 50, { scenario: 'caller-hangs-up', pause: SECONDS * 500 + 8000, state: 'waiting' });
  row('memory of a waiting call', `${waiting.memory.toFixed(0)} kB`, '<= 30 kB', '50 calls; a part is the first use of everything');
  row('CPU of a waiting call with music', `${waiting.cpu.toFixed(2)} ms per s`, '<= 0.5 ms per s (Asterisk 1.6)', 'one packet per 20 ms and call');
  await callsOver(company.api, 50);
  for (const agent of list) await agent.come();
  let best;
  for (const rate of RATES) {
    const one = await queued(company, list, rate);
    row(
      `${rate} calls/s from the queue to ${AGENTS} phones, ${one.calls} calls`,
      `${one.clean ? 'all complete' : 'some failed'}, ${one.again} INVITEs repeated, ${one.took.toFixed(1)} s; ${one.cpu.toFixed(1)} ms CPU per call`,
      '>= 300 calls/s; 2-3 ms',
      'not profiled; each call is several durable commits',
    );
    row(`caller's INVITE to the agent's INVITE at ${rate} calls/s`, spread(one.reach), 'p99 <= 3 ms at 20, <= 10 ms at 100', 'includes the commits of the call and of the offer');
    if (!one.clean) break;
    best = one;
  }
  row('clean calls/s, highest that was tried', best ? `${best.rate}` : 'none', '>= 300', 'callers and phones on the same cores');
  for (const agent of list.slice(1)) await agent.api.put('/me/presence', { presence: { kind: 'offline' } });
  row('agent hangs up, next caller is offered', spread(await next(company, list[0])), 'p99 <= 10 ms (Asterisk 455, FreeSWITCH 785)', 'includes the commits of the end and of the offer');
  for (const agent of list.slice(1)) await agent.api.put('/me/presence', { presence: { kind: 'available' } });
  const port = await register(company, list);
  const desks = await sipp('agent-listens', { ip: PHONES, port, to: company.sip, seconds: 120, more: ['-rtp_echo'] });
  const talking = await staying(company, AGENTS, { scenario: join(root, 'benches/voice/caller-speaks'), pause: SECONDS * 500 + 8000, state: 'talking', start: voice });
  row('CPU of a bridged call with media through okno', `${talking.cpu.toFixed(2)} ms per s`, '<= 0.5x Asterisk (1.3-1.6 ms per s)', `${AGENTS} calls, 50 packets per second each way`);
  row('memory of a bridged call', `${Math.max(0, talking.memory).toFixed(0)} kB`, '<= 60 kB', 'after the memory of earlier calls was given back or used again');
  await desks.end('SIGKILL');
  list.forEach((agent) => agent.desk.close());
  await company.server.end();
  console.log(`\nMeasured by \`node benches/voice/main.mjs\` with ${process.env.OKNO_BENCH_BUILD ?? 'the release build'}; ${cpus().length} cores, load average ${loadavg()[0].toFixed(1)} at the end, callers and phones (SIPp with message traces) included.`);
}

try {
  await measure();
} finally {
  await closeAll();
  await stopPeers();
}
