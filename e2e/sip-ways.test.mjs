// Other ways to the telephone: TLS with encrypted sound, IPv6, a provider who asks as a proxy, one who sends the call elsewhere.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { NUMBER, agents, callsOver, closeAll, ends, hotline, phonesReady } from './lib/hotline.mjs';
import { stopPeers } from './lib/peers.mjs';
import { ports } from './lib/process.mjs';
import { Baresip, certificates, done, hasTone, numbers, registerPhones, sipp } from './lib/sip.mjs';
import { until } from './lib/wait.mjs';

const CALLER = '127.0.0.1';
const [HIS, HERS] = [700, 1100];

test('a desk phone over TLS with encrypted sound', { timeout: 180_000 }, async () => {
  const made = certificates();
  const secure = await ports();
  const company = await hotline({
    provider: CALLER,
    record: false,
    env: { OKNO_SIP_TLS_LISTEN: `127.0.0.1:${secure}`, OKNO_SIP_CERTIFICATE: made.certificate, OKNO_SIP_KEY: made.key },
  });
  const { api, server, sip } = company;
  const [agent] = await agents(company, 1);
  const [known] = (await api.get('/phones')).items;
  await api.patch(`/phones/${known.id}`, { srtp: 'required' });
  const register = { ...agent.phone, port: secure };
  const phone = await Baresip.start({ ip: CALLER, hz: HERS, register, transport: 'tls', authority: made.authority, protect: 'srtp-mand' });
  await phonesReady(api, [agent]);
  const [there] = (await api.get('/phones')).items;
  assert.match(there.registered[0].address, /^TLS /);
  await agent.come();
  const caller = await Baresip.start({ ip: CALLER, hz: HIS, dial: `sip:${NUMBER}@${sip}` });
  await caller.hears('the agent', hasTone(HERS));
  await phone.hears('the caller', hasTone(HIS));
  await phone.end();
  assert.deepEqual(ends(await callsOver(api, 1)), { 'agent normal': 1 });
  await caller.end();
  agent.desk.close();
  await server.end();
});

test('calls over IPv6', { timeout: 180_000 }, async () => {
  const company = await hotline({ provider: '::1', record: false, ip: '::1' });
  const { api, server, sip } = company;
  await done(await sipp('caller-hangs-up', { ip: '[::1]', to: sip, service: NUMBER, calls: 3, rate: 1, list: numbers(3), pause: 2_000, seconds: 120 }));
  const calls = await callsOver(api, 3);
  assert.deepEqual(ends(calls), { 'customer normal': 3 });
  assert.ok(calls.every((call) => call.answered), 'each heard music');
  await server.end();
});

test('a provider who asks as a proxy, and one who sends the call elsewhere', { timeout: 180_000 }, async (story) => {
  const [asks, sends, PHONES] = ['127.0.0.10', '127.0.0.11', '127.0.0.3'];
  const [asksPort, sendsPort] = [await ports(asks), await ports(sends)];
  const company = await hotline({
    provider: asks,
    port: asksPort,
    record: false,
    trunk: { name: 'Asks', user: 'window-shop', password: 'a-secret-of-the-trunk', realm: 'provider.test' },
  });
  const { api, server, sip, channel } = company;
  const [agent] = await agents(company, 1);
  // SIPp checks a digest only where it has asked with 401.
  const proxy = (xml) =>
    xml
      .replace('401 Unauthorized', '407 Proxy Authentication Required')
      .replace('WWW-Authenticate', 'Proxy-Authenticate')
      .replace(/<verifyauth [^>]*>/, '<ereg regexp="username=.window-shop.*realm=.provider.test.*response=.[0-9a-f]" search_in="hdr" header="Proxy-Authorization:" assign_to="known"/>');
  const asking = await sipp('trunk-challenges', { ip: asks, port: asksPort, to: sip, seconds: 150, change: proxy });
  const port = await ports(PHONES);
  await registerPhones(sip, PHONES, port, [agent.phone]);
  await phonesReady(api, [agent]);
  const desk = await sipp('agent-listens', { ip: PHONES, port, to: sip, seconds: 150 });
  await agent.come();
  const healthy = (name) =>
    until(`the trunk ${name} to be healthy`, async () => (await api.get('/trunks')).items.find((trunk) => trunk.name === name)?.health.state === 'ok', 60_000);
  const dial = async (number, wanted) => {
    const { id } = await agent.api.post('/calls', { to: { kind: 'number', number }, channel: channel.id });
    return until(`the call to ${number} to be ${wanted}`, async () => {
      const call = await api.get(`/calls/${id}`);
      return call.state.kind === wanted && call;
    });
  };
  const over = (id) => until('the call to be over', async () => (await api.get(`/calls/${id}`)).state.kind === 'ended');
  const free = () => until('the agent to be free', async () => (await agent.api.all('/calls?state=live')).length === 0);

  await story.test('407 is answered', async () => {
    await healthy('Asks');
    const call = await dial('+48601111111', 'talking');
    await agent.api.post(`/calls/${call.id}/command`, { act: 'hangup' });
    await over(call.id);
  });

  await story.test('a 302 to another number is dialed if the plan allows it', async () => {
    const base = { enabled: true, order: 0, max_calls: 10, calls_per_second: 10 };
    await api.post('/trunks', { name: 'Sends', host: sends, port: sendsPort, sources: [sends], ...base });
    const elsewhere = (xml) => xml.replace('503 Service Unavailable', '302 Moved Temporarily').replace('Content-Length', 'Contact: <sip:+48700123456@198.51.100.1>\n      Content-Length');
    const sending = await sipp('trunk-fails', { ip: sends, port: sendsPort, to: sip, seconds: 100, change: elsewhere });
    await healthy('Sends');
    await free();
    const call = await dial('+48601111113', 'ended');
    assert.equal(call.state.cause, 'forbidden', 'a premium number is not dialed because somebody else says so');
    await sending.end('SIGKILL');
  });
  await Promise.all([asking, desk].map((run) => run.end('SIGKILL')));
  agent.desk.close();
  await server.end();
});

after(async () => {
  await closeAll();
  await stopPeers();
});
