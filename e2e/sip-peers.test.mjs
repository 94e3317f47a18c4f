// Calls through real SIP peers: SIPp as callers, phones and providers, Kamailio as a proxy in front. Without browsers.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { after, test } from 'node:test';
import { stopPeers } from './lib/peers.mjs';
import { NUMBER, PATIENT, agents, closeAll, callUnits, callsOver, ends, hotline, phonesReady } from './lib/hotline.mjs';
import { ports } from './lib/process.mjs';
import { done, kamailio, numbers, registerPhones, sipp } from './lib/sip.mjs';
import { until } from './lib/wait.mjs';

const CALLERS = '127.0.0.2';
const PHONES = '127.0.0.3';
const STRANGER = '127.0.0.9';

/** SIPp as the phones of these agents, registered and waiting. */
async function phones(company, list, scenario, options = {}) {
  const port = await ports(PHONES);
  await registerPhones(company.sip, PHONES, port, list.map((agent) => agent.phone));
  await phonesReady(company.api, list);
  return sipp(scenario, { ip: PHONES, port, to: company.sip, ...options });
}

test('fifty callers reach three phones through the queue', { timeout: 240_000 }, async () => {
  const company = await hotline({ provider: CALLERS, record: false });
  const { api, server, sip } = company;
  const three = await agents(company, 3);
  const desks = await phones(company, three, 'agent', { calls: 50, pause: 300, seconds: 150 });
  for (const agent of three) await agent.come();
  const callers = await sipp('caller', { ip: CALLERS, to: sip, service: NUMBER, calls: 50, rate: 5, list: numbers(50), seconds: 150 });
  await Promise.all([done(callers), done(desks)]);
  const calls = await callsOver(api, 50);
  assert.equal(calls.length, 50);
  assert.deepEqual(ends(calls), { 'agent normal': 50 });
  assert.ok(calls.every((call) => call.connected), 'each talked with an agent');
  assert.equal(new Set(calls.map((call) => call.number)).size, 50, 'each number is one call');
  const units = await callUnits(api);
  assert.deepEqual([...new Set(units.map((unit) => unit.state))], ['answered']);
  assert.equal(units.length, 50);
  three.forEach((agent) => agent.desk.close());
  await server.end();
});

test('who gives up, who hangs up in the queue, and who knocks without being known', { timeout: 240_000 }, async (story) => {
  const company = await hotline({ provider: CALLERS, record: false });
  const { api, server, sip } = company;

  await story.test('a caller who hears ringing cancels: the record says so', async () => {
    await done(await sipp('caller-gives-up', { ip: CALLERS, to: sip, service: PATIENT, calls: 3, list: numbers(3), pause: 500 }));
    const calls = await callsOver(api, 3);
    assert.deepEqual(ends(calls), { 'customer canceled': 3 });
    assert.ok(calls.every((call) => !call.answered && !call.connected));
    for (const call of calls) {
      const { state } = await until('the interaction to be closed', async () => {
        const one = await api.get(`/interactions/${call.interaction}`);
        return one.interaction.state.kind === 'closed' && one.interaction;
      });
      assert.equal(state.how, 'abandoned');
    }
  });

  await story.test('a caller who hears music hangs up: he is owed a call back', async () => {
    await done(await sipp('caller-hangs-up', { ip: CALLERS, to: sip, service: NUMBER, calls: 1, list: numbers(1, 602_000_000), pause: 12_000 }));
    const calls = await callsOver(api, 4);
    const one = calls.find((call) => call.number === '+48602000000');
    assert.deepEqual([one.state.by, one.state.cause, one.connected], ['customer', 'normal', null]);
    const unit = (await callUnits(api)).find((unit) => unit.interaction === one.interaction);
    assert.equal(unit.state, 'open');
  });

  await story.test('a flood of a stranger is never answered by 2xx, and a real caller passes', async () => {
    const socket = createSocket('udp4');
    await new Promise((resolve) => socket.bind(0, STRANGER, resolve));
    const answers = [];
    socket.on('message', (message) => answers.push(String(message).split('\r\n')[0]));
    const [ip, port] = sip.split(':');
    const invite = (i) =>
      Buffer.from(
        [
          `INVITE sip:${i % 2 ? NUMBER : `00${i}`}@${sip} SIP/2.0`,
          `Via: SIP/2.0/UDP ${STRANGER}:${socket.address().port};branch=z9hG4bK-flood-${i};rport`,
          `From: <sip:${100 + i}@${STRANGER}>;tag=f${i}`,
          `To: <sip:${NUMBER}@${sip}>`,
          `Call-ID: flood-${i}@${STRANGER}`,
          'CSeq: 1 INVITE',
          `Contact: <sip:${100 + i}@${STRANGER}:${socket.address().port}>`,
          'Max-Forwards: 70',
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n'),
      );
    const flood = (async () => {
      for (let i = 0; i < 2000; i++) {
        await new Promise((resolve) => socket.send(invite(i), Number(port), ip, resolve));
      }
    })();
    await done(await sipp('caller-hangs-up', { ip: CALLERS, to: sip, service: NUMBER, calls: 3, list: numbers(3, 603_000_000), pause: 1_000 }));
    await flood;
    socket.close();
    assert.deepEqual(answers.filter((line) => /SIP\/2\.0 2/.test(line)), []);
    assert.deepEqual(answers.filter((line) => !/SIP\/2\.0 (100|401|407|403|503)/.test(line)), [], 'nothing tells a stranger what exists');
    assert.ok(answers.length < 200, `${answers.length} answers to 2000 knocks`);
    const calls = await callsOver(api, 7);
    assert.equal(calls.length, 7, 'the flood has no record');
  });
  await server.end();
});

test('calls go out by providers who ask, who fail, and who connect', { timeout: 240_000 }, async (story) => {
  const [asks, fails, works] = ['127.0.0.10', '127.0.0.11', '127.0.0.12'];
  const [asksPort, failsPort, worksPort] = [await ports(asks), await ports(fails), await ports(works)];
  const company = await hotline({
    provider: asks,
    port: asksPort,
    record: false,
    trunk: { name: 'Asks', user: 'window-shop', password: 'a-secret-of-the-trunk', realm: 'provider.test' },
  });
  const { api, server, sip, channel } = company;
  const [agent] = await agents(company, 1);
  const trunks = [await sipp('trunk-challenges', { ip: asks, port: asksPort, to: sip, seconds: 200 })];
  const desk = await phones(company, [agent], 'agent-listens', { seconds: 200 });
  await agent.come();
  const healthy = (name) =>
    until(`the trunk ${name} to be healthy`, async () => (await api.get('/trunks')).items.find((trunk) => trunk.name === name)?.health.state === 'ok', 60_000);
  const dial = async (number) => {
    const { id } = await agent.api.post('/calls', { to: { kind: 'number', number }, channel: channel.id });
    return until('the call to be connected', async () => {
      const call = await api.get(`/calls/${id}`);
      if (call.state.kind === 'ended') throw new Error(`ended: ${JSON.stringify(call.state)}`);
      return call.state.kind === 'talking' && call;
    });
  };
  const hangUp = async (call) => {
    await agent.api.post(`/calls/${call.id}/command`, { act: 'hangup' });
    return until('the call to be over', async () => {
      const over = await api.get(`/calls/${call.id}`);
      return over.state.kind === 'ended' && over;
    });
  };

  await story.test('a provider who asks who it is gets the right answer', async () => {
    await healthy('Asks');
    const call = await dial('+48601111111');
    assert.equal(call.direction, 'outbound');
    const over = await hangUp(call);
    assert.deepEqual([over.state.by, over.state.cause, over.trunk], ['agent', 'normal', company.trunk.id]);
  });

  await story.test('a provider who is full is passed over', async () => {
    await api.patch(`/trunks/${company.trunk.id}`, { enabled: false });
    const base = { enabled: true, max_calls: 10, calls_per_second: 10 };
    await api.post('/trunks', { name: 'Fails', order: 1, host: fails, port: failsPort, sources: [fails], ...base });
    const second = await api.post('/trunks', { name: 'Works', order: 2, host: works, port: worksPort, sources: [works], ...base });
    const refusing = await sipp('trunk-fails', { ip: fails, port: failsPort, to: sip, seconds: 150 });
    trunks.push(refusing, await sipp('trunk-answers', { ip: works, port: worksPort, to: sip, seconds: 150 }));
    await Promise.all([healthy('Fails'), healthy('Works')]);
    await until('the agent to be free', async () => (await agent.api.all('/calls?state=live')).length === 0);
    const over = await hangUp(await dial('+48601111112'));
    assert.deepEqual([over.state.cause, over.trunk], ['normal', second.id]);
  });

  await story.test('what the plan does not allow is refused', async () => {
    for (const number of ['+15551234567', '+48700123456']) {
      await assert.rejects(agent.api.post('/calls', { to: { kind: 'number', number }, channel: channel.id }), /40[39]|422/);
    }
  });
  await Promise.all([...trunks, desk].map((run) => run.end('SIGKILL')));
  agent.desk.close();
  await server.end();
});

test('a proxy in front stays in the way of the call', { timeout: 240_000 }, async (story) => {
  const PROXY = '127.0.0.5';
  const company = await hotline({ provider: PROXY, record: false });
  const { api, server, sip } = company;
  const [agent] = await agents(company, 1);
  const callers = await ports(CALLERS);
  const proxy = await kamailio({ ip: PROXY, okno: sip, callers: `${CALLERS}:${callers}` });
  await agent.come();

  await story.test('the agent hangs up', async () => {
    const phone = await phones(company, [agent], 'agent', { calls: 1, pause: 1_000 });
    await done(await sipp('caller', { ip: CALLERS, port: callers, to: proxy.address, service: NUMBER, calls: 1, list: numbers(1) }));
    await done(phone);
    assert.deepEqual(ends(await callsOver(api, 1)), { 'agent normal': 1 });
  });

  await story.test('the caller hangs up', async () => {
    const phone = await phones(company, [agent], 'agent-listens', { calls: 1 });
    await done(await sipp('caller-hangs-up', { ip: CALLERS, port: callers, to: proxy.address, service: NUMBER, calls: 1, list: numbers(1), pause: 3_000 }));
    await done(phone);
    const calls = await callsOver(api, 2);
    assert.deepEqual(ends(calls), { 'agent normal': 1, 'customer normal': 1 });
    assert.ok(calls.every((call) => call.connected));
  });
  await proxy.end();
  agent.desk.close();
  await server.end();
});

after(async () => {
  await closeAll();
  await stopPeers();
});
