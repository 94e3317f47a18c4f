// Callers who stay, and how long sound is under way.
import { writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { NUMBER } from '../../e2e/lib/hotline.mjs';
import { root } from '../../e2e/lib/peers.mjs';
import { ports } from '../../e2e/lib/process.mjs';
import { numbers, sipp } from '../../e2e/lib/sip.mjs';
import { until } from '../../e2e/lib/wait.mjs';
import { CALLERS, PHONES, SECONDS, used } from './measure.mjs';
import { register } from './rates.mjs';

/** Callers who stay: in the queue, or with agents and speaking. */
export async function staying(company, count, { scenario, pause, more, state, start }) {
  const pid = company.server.child.pid;
  const before = used(pid);
  const list = numbers(count, 606_000_000 + Math.round(Math.random() * 1e6));
  const callers = await sipp(scenario, { ip: CALLERS, to: company.sip, service: NUMBER, calls: count, rate: 20, limit: count, list, pause, seconds: 120, more });
  start?.(callers.dir);
  await until(`${count} calls to be ${state}`, async () => (await company.api.all('/calls?state=live')).filter((call) => call.state.kind === state).length === count);
  const [begun, from] = [used(pid), Date.now()];
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 500));
  const ended = used(pid);
  const seconds = (Date.now() - from) / 1000;
  await callers.over;
  return { memory: (ended.memory - before.memory) / count, cpu: (ended.cpu - begun.cpu) / seconds / count };
}

/** A second of A-law noise, louder than silence. */
export const voice = (dir) => writeFileSync(join(dir, 'voice.pcma'), Buffer.from(Array.from({ length: 8000 }, (_, i) => (i * 37) & 0xff)));

const bound = (ip, port) =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(port, ip, () => resolve(socket));
  });

/** Packets of sound that carry the time at which they were sent; what arrives is noted, ms. */
function packet(number) {
  const made = Buffer.alloc(172, 0xd5);
  made[0] = 0x80;
  made[1] = 8;
  made.writeUInt16BE(number & 0xffff, 2);
  made.writeUInt32BE((number * 160) >>> 0, 4);
  made.writeUInt32BE(0x5eed, 8);
  made.writeBigUInt64BE(process.hrtime.bigint(), 12);
  made.write('okno', 20);
  return made;
}

/** Sends for a while and says how long each packet needed, ms. */
async function travel(from, to, where, seconds) {
  const times = [];
  const heard = (data) => {
    if (data.length === 172 && data.toString('latin1', 20, 24) === 'okno') times.push(Number(process.hrtime.bigint() - data.readBigUInt64BE(12)) / 1e6);
  };
  to.on('message', heard);
  for (let number = 0; number < seconds * 50; number++) {
    const at = where();
    if (at) from.send(packet(number), at.port, at.address);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  to.off('message', heard);
  return times;
}

/** How long sound is under way through a call between caller and agent, and directly from socket to socket. */
export async function delay(company, agent) {
  const [here, there] = [await ports(CALLERS), await ports(PHONES)];
  const [caller, phone] = [await bound(CALLERS, here), await bound(PHONES, there)];
  const direct = await travel(caller, phone, () => ({ port: there, address: PHONES }), SECONDS / 2);
  let at;
  caller.on('message', (_, from) => (at = from));
  const port = await register(company, [agent]);
  const desks = await sipp(join(root, 'benches/voice/agent-with-sound'), { ip: PHONES, port, to: company.sip, seconds: 120, more: ['-key', 'sound', String(there)] });
  const pause = SECONDS * 1000 + 3000;
  const list = numbers(1, 609_000_000);
  const callers = await sipp(join(root, 'benches/voice/caller-with-sound'), { ip: CALLERS, to: company.sip, service: NUMBER, calls: 1, list, pause, seconds: 120, more: ['-key', 'sound', String(here)] });
  await until('the call to be with the agent', async () => (await company.api.all('/calls?state=live')).some((call) => call.state.kind === 'talking'));
  const through = await travel(caller, phone, () => at, SECONDS);
  await callers.over;
  await desks.end('SIGKILL');
  caller.close();
  phone.close();
  return { direct, through };
}
