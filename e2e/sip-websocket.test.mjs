// A foreign softphone over an encrypted WebSocket.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { agents, closeAll, hotline, phonesReady } from './lib/hotline.mjs';
import { root, stopPeers } from './lib/peers.mjs';
import { ports } from './lib/process.mjs';
import { certificates } from './lib/sip.mjs';
import { until } from './lib/wait.mjs';

const { WebSocket } = createRequire(join(root, 'web/package.json'))('ws');

test('a softphone registers over an encrypted WebSocket', { timeout: 120_000 }, async () => {
  const made = certificates();
  const port = await ports();
  const company = await hotline({ env: { OKNO_SIP_WS_LISTEN: `127.0.0.1:${port}`, OKNO_SIP_CERTIFICATE: made.certificate, OKNO_SIP_KEY: made.key } });
  const { api, server } = company;
  const [agent] = await agents(company, 1);
  const { login, password } = agent.phone;
  const socket = new WebSocket(`wss://127.0.0.1:${port}/`, 'sip', { ca: readFileSync(made.authority) });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const answer = () => new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
  const register = (cseq, more = '') =>
    socket.send(
      [
        'REGISTER sip:127.0.0.1 SIP/2.0',
        `Via: SIP/2.0/WSS abc.invalid;branch=z9hG4bKws${cseq}`,
        'Max-Forwards: 70',
        `From: <sip:${login}@127.0.0.1>;tag=ws`,
        `To: <sip:${login}@127.0.0.1>`,
        'Call-ID: over-a-websocket',
        `CSeq: ${cseq} REGISTER`,
        `Contact: <sip:${login}@abc.invalid;transport=ws>;expires=120`,
        ...(more ? [more] : []),
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
  register(1);
  const challenge = await answer();
  assert.match(challenge, /^SIP\/2\.0 401 /);
  const field = (name) => challenge.match(new RegExp(`${name}="([^"]*)"`))[1];
  const md5 = (text) => createHash('md5').update(text).digest('hex');
  const [realm, nonce] = [field('realm'), field('nonce')];
  const response = md5(`${md5(`${login}:${realm}:${password}`)}:${nonce}:00000001:abc:auth:${md5('REGISTER:sip:127.0.0.1')}`);
  register(
    2,
    `Authorization: Digest username="${login}", realm="${realm}", nonce="${nonce}", uri="sip:127.0.0.1", response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="abc"`,
  );
  assert.match(await answer(), /^SIP\/2\.0 200 /);
  await phonesReady(api, [agent]);
  const [there] = (await api.get('/phones')).items;
  assert.match(there.registered[0].address, /^WSS /);
  // Whoever is gone cannot be rung any more.
  socket.terminate();
  await until('the phone to be forgotten', async () => (await api.get('/phones')).items[0].registered.length === 0);
  await server.end();
});

after(async () => {
  await closeAll();
  await stopPeers();
});
