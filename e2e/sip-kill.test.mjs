// okno is killed in the middle of calls: each has one record that says so, nobody is stuck, and the next call goes through.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { agents, callUnits, callsOver, closeAll, ends, hotline, NUMBER, phonesReady } from './lib/hotline.mjs';
import { stopPeers } from './lib/peers.mjs';
import { ports } from './lib/process.mjs';
import { done, numbers, registerPhones, sipp } from './lib/sip.mjs';
import { until } from './lib/wait.mjs';

const CALLERS = '127.0.0.2';
const PHONES = '127.0.0.3';

test('kill -9 with live calls', { timeout: 240_000 }, async (story) => {
  const company = await hotline({ provider: CALLERS });
  const { api, server, sip } = company;
  const two = await agents(company, 2);
  const port = await ports(PHONES);

  await story.test('two calls are talked, three wait, and okno is killed', async () => {
    await registerPhones(sip, PHONES, port, two.map((agent) => agent.phone));
    await phonesReady(api, two);
    const desks = await sipp('agent-listens', { ip: PHONES, port, to: sip });
    for (const agent of two) await agent.come();
    const callers = await sipp('caller', { ip: CALLERS, to: sip, calls: 5, rate: 5, list: numbers(5) });
    await until('two to talk and three to wait', async () => {
      const live = await api.all('/calls?state=live');
      const count = (kind) => live.filter((call) => call.state.kind === kind).length;
      return count('talking') === 2 && count('waiting') === 3;
    });
    await server.kill9();
    await Promise.all([desks.end('SIGKILL'), callers.end('SIGKILL')]);
  });

  await story.test('after the restart each call has one record with the cause crash', async () => {
    await server.run();
    const calls = await callsOver(api, 5);
    assert.equal(calls.length, 5);
    assert.deepEqual(ends(calls), { 'system crash': 5 });
    assert.equal(new Set(calls.map((call) => call.number)).size, 5);
    const units = await callUnits(api);
    assert.deepEqual(units.map((unit) => unit.state).sort(), ['answered', 'answered', 'open', 'open', 'open'], 'who waited is owed a call');
    const recordings = (await Promise.all(calls.map((call) => api.get(`/interactions/${call.interaction}/calls`)))).flatMap((one) => one.recordings);
    assert.ok(recordings.every((one) => one.ended), 'no recording goes on');
  });

  await story.test('no agent is stuck: the next calls go through', async () => {
    await registerPhones(sip, PHONES, port, two.map((agent) => agent.phone));
    await phonesReady(api, two);
    for (const agent of two) await agent.come();
    const desks = await sipp('agent', { ip: PHONES, port, to: sip, calls: 2, pause: 300 });
    await done(await sipp('caller', { ip: CALLERS, to: sip, service: NUMBER, calls: 2, list: numbers(2, 604_000_000) }));
    await done(desks);
    assert.deepEqual(ends(await callsOver(api, 7)), { 'system crash': 5, 'agent normal': 2 });
  });
  two.forEach((agent) => agent.desk.close());
  await server.end();
});

after(async () => {
  await closeAll();
  await stopPeers();
});
