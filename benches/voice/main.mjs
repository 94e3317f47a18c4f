// What a call costs: SIPp as callers and as the agents' phones against the built server. Prints rows of a table; `cargo xtask bench voice`
// keeps them. Callers, phones and okno share the machine: the figures are lower bounds, to be compared within one run only.
//
// OKNO_BENCH_PARTS chooses what is measured, OKNO_BENCH_RATES the calls per second, OKNO_BENCH_SECONDS how long, OKNO_BENCH_TALK how long an agent
// talks (ms), OKNO_BENCH_AGENTS how many agents there are (a rate needs so many that all of them can be in calls), OKNO_BENCH_SIGHT whether their desks
// are told of all calls of the queue.
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { agents, callsOver, closeAll, hotline } from '../../e2e/lib/hotline.mjs';
import { root, stopPeers } from '../../e2e/lib/peers.mjs';
import { sipp } from '../../e2e/lib/sip.mjs';
import { CALLERS, PHONES, SECONDS, quantiles, row, spread, used } from './measure.mjs';
import { delay, staying, voice } from './media.mjs';
import { TALK, floor, next, overload, queued, reach, register } from './rates.mjs';

const RATES = (process.env.OKNO_BENCH_RATES ?? '20,50,75,100,150').split(',').map(Number);
const AGENTS = Number(process.env.OKNO_BENCH_AGENTS ?? Math.max(20, Math.ceil(Math.max(...RATES) * (TALK / 1000 + 0.2))));
const PARTS = (process.env.OKNO_BENCH_PARTS ?? 'idle,waiting,floor,rates,next,talking,recorded,delay,overload').split(',');
/** Whose work the agents' desks show: `queue` is okno's usual agent, whose desk is told of all calls of his queues; `own` only his. */
const SIGHT = process.env.OKNO_BENCH_SIGHT ?? 'own';
/** Callers who wait, or talk, at the same time. */
const STAYING = 50;
const TALKING = 20;

/** A role for agents whose desks show nothing but their own calls. */
async function ownWork(api) {
  const role = (await api.all('/roles')).find((one) => one.key === 'agent');
  const grants = role.grants.map((grant) => ({ ...grant, scope: 'own' }));
  return (await api.post('/roles', { name: 'Own work only', grants })).id;
}

async function signaling(company, list) {
  if (PARTS.includes('floor')) {
    const { cpu, reach } = await floor(20);
    row('Kamailio between the same callers and phones (no queue), 20 calls/s', `${cpu.toFixed(2)} ms CPU per call; INVITE to INVITE ${spread(reach)}`, '-', 'the price of signaling itself, and of the generators');
  }
  let best;
  for (const rate of PARTS.includes('rates') ? RATES : []) {
    const one = await queued(company, list, rate);
    const how = `${one.clean ? 'clean' : '**not clean**'}: ${one.rang} rang, ${one.complete} complete, ${one.again} messages repeated, agents paused: ${one.paused}; ${one.took.toFixed(1)} s; ${one.cpu.toFixed(1)} ms CPU per call`;
    row(`${rate} calls/s from the queue to ${AGENTS} phones, ${one.calls} calls`, how, '>= 300 calls/s; 2-3 ms (Asterisk 8-10)', 'durable commits and journal, see below');
    if (!one.clean) break;
    best = one;
    if (rate === 20 || rate === 100) {
      const times = await reach(company, list, rate);
      row(`caller's INVITE to the agent's INVITE at ${rate} calls/s`, spread(times), 'p99 <= 3 ms at 20, <= 10 ms at 100 (Asterisk 7.2, FreeSWITCH 129 at 20)', 'two commits: the call, the offer; SIPp writes every message');
    }
  }
  if (PARTS.includes('rates')) row('clean calls/s, highest that was tried', best ? `${best.rate}` : 'none', '>= 300 (Asterisk 160)', 'callers and phones on the same cores');
  if (PARTS.includes('overload')) {
    const rate = Number(process.env.OKNO_BENCH_OVERLOAD ?? Math.max(...RATES) * 3);
    const one = await overload(company, list, rate);
    row(`${rate} calls/s, more than there can be`, `${list.length} agents ready; ${one.begun} of ${one.calls} calls: ${one.done} taken and complete, ${one.refused} asked to come back (503), ${one.bad} failed, ${one.begun - one.done - one.refused - one.bad} still there after ${one.took.toFixed(1)} s; ${one.again} messages of callers repeated; ${one.rang} rang, ${one.complete} were complete at the phones, agents paused: ${one.paused}`, '503 with Retry-After, no collapse', 'admission by the lag of taking calls in');
  }
}

async function media(company, list) {
  if (PARTS.includes('next')) {
    for (const agent of list.slice(1)) await agent.api.put('/me/presence', { presence: { kind: 'offline' } });
    row('agent hangs up, next caller is offered', spread(await next(company, list[0])), 'p99 <= 10 ms (Asterisk 455, FreeSWITCH 785)', 'includes the commits of the end and of the offer');
    for (const agent of list.slice(1)) await agent.api.put('/me/presence', { presence: { kind: 'available' } });
  }
  const talking = async () => {
    const port = await register(company, list);
    const desks = await sipp('agent-listens', { ip: PHONES, port, to: company.sip, seconds: 120, more: ['-rtp_echo'] });
    const talking = await staying(company, TALKING, { scenario: join(root, 'benches/voice/caller-speaks'), pause: SECONDS * 500 + 8000, state: 'talking', start: voice });
    await desks.end('SIGKILL');
    return talking;
  };
  let plain;
  if (PARTS.includes('talking') || PARTS.includes('recorded')) {
    plain = await talking();
    row('CPU of a bridged call with media through okno', `${plain.cpu.toFixed(2)} ms per s`, '<= 0.5x Asterisk (1.3-1.6 ms per s)', `${TALKING} calls, 50 packets per second each way`);
    row('memory of a bridged call', `${Math.max(0, plain.memory).toFixed(0)} kB`, '<= 60 kB', 'after the memory of earlier calls was given back or used again');
  }
  if (PARTS.includes('recorded')) {
    await company.api.patch(`/channels/${company.channel.id}`, { settings: { ...company.channel.settings, record: true } });
    const recorded = await talking();
    await company.api.patch(`/channels/${company.channel.id}`, { settings: company.channel.settings });
    row('extra for recording', `${(recorded.cpu - plain.cpu).toFixed(2)} ms per s`, '<= 0.5 ms per s (Asterisk 4-5, FreeSWITCH 1.5-2)', `${TALKING} calls, two channels, sealed, on disk`);
  }
  if (PARTS.includes('delay')) {
    const { direct, through } = await delay(company, list[0]);
    const [by, own] = [quantiles(through), quantiles(direct)];
    const what = `p50 ${(by.p50 - own.p50).toFixed(2)} ms, p99 ${(by.p99 - own.p99).toFixed(2)} ms (${through.length} packets)`;
    row('added delay of sound through a bridged call', what, 'p99 <= 1 ms (Asterisk 0.5, FreeSWITCH 35)', `the generator itself: p50 ${own.p50.toFixed(2)} ms, p99 ${own.p99.toFixed(2)} ms`);
  }
}

async function measure() {
  const company = await hotline({ provider: CALLERS, record: false, env: { OKNO_LOG: 'warn', OKNO_RTP_PORTS: '10000-26999' }, trunk: { max_calls: 1000, calls_per_second: 1000 } });
  const pid = company.server.child.pid;
  if (PARTS.includes('idle')) row('memory of the idle server with its telephone', `${(used(pid).memory / 1024).toFixed(0)} MB`, '<= 100 MB', '');
  const list = await agents(company, AGENTS, SIGHT === 'own' ? await ownWork(company.api) : 'agent');
  if (PARTS.includes('waiting')) {
    const some = () => staying(company, STAYING, { scenario: 'caller-hangs-up', pause: SECONDS * 500 + 8000, state: 'waiting' });
    const cold = await some();
    await callsOver(company.api, STAYING);
    row('memory of a waiting call, the first time', `${cold.memory.toFixed(0)} kB`, '<= 30 kB', `${STAYING} calls; a part is the first use of everything`);
    row('CPU of a waiting call with music', `${cold.cpu.toFixed(2)} ms per s`, '<= 0.5 ms per s (Asterisk 1.6)', 'one packet per 20 ms and call');
    const warm = await some();
    await callsOver(company.api, 2 * STAYING);
    row('memory of a waiting call, the second time', `${Math.max(0, warm.memory).toFixed(0)} kB`, '<= 30 kB, given back', 'the same again: what was not used again or given back');
  }
  for (const agent of list) await agent.come();
  await signaling(company, list);
  await media(company, list);
  row('memory of the server at the end', `${(used(pid).memory / 1024).toFixed(0)} MB`, '-', 'after all of this');
  list.forEach((agent) => agent.desk.close());
  await company.server.end();
  const build = process.env.OKNO_BENCH_BUILD ?? 'the release build';
  console.log(`\nMeasured by \`node benches/voice/main.mjs\` with ${build}; ${cpus().length} cores, load average ${loadavg()[0].toFixed(1)} at the end, callers and phones (SIPp) included.`);
}

try {
  await measure();
} finally {
  await closeAll();
  await stopPeers();
}
