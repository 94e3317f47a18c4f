// Programs that a story starts: ended by their own ids, also when the story dies.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')));

/** Ends every program that still runs. */
export const endAll = () =>
  Promise.all([...running].map((child) => new Promise((resolve) => (child.once('exit', resolve), child.kill('SIGTERM'), setTimeout(() => child.kill('SIGKILL'), 3_000).unref()))));

/** Starts a program; `log()` is what it has said, `over` its exit code, `end()` asks it to end and waits. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said = (said + data).slice(-200_000)));
  running.add(child);
  const over = new Promise((resolve) => {
    child.once('error', (error) => resolve(`${program}: ${error.message}`));
    child.once('exit', (code, signal) => resolve(code ?? signal));
  }).finally(() => running.delete(child));
  const end = async (signal = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return over;
    child.kill(signal);
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const how = await over;
    clearTimeout(stubborn);
    return how;
  };
  return { child, over, end, log: () => said };
}

/** Whether `count` ports from this one are free for UDP and TCP. */
async function free(address, port, count) {
  for (let at = port; at < port + count; at++) {
    const host = address.replace(/[[\]]/g, '');
    const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const tcp = createServer();
    const bound = (server, bind) =>
      new Promise((resolve) => {
        server.once('error', () => resolve(false));
        bind(() => resolve(true));
      });
    const both = (await bound(udp, (done) => udp.bind(at, host, done))) && (await bound(tcp, (done) => tcp.listen(at, host, done)));
    await Promise.all([new Promise((resolve) => udp.close(resolve)), new Promise((resolve) => tcp.close(resolve))]);
    if (!both) return false;
  }
  return true;
}

let next = 27_000 + (process.pid % 300) * 20;
/** The first of `count` ports in a row that nobody uses at this address, never given twice. */
export async function ports(address = '127.0.0.1', count = 1) {
  for (let tries = 0; tries < 200; tries++) {
    const port = next;
    next += count;
    if (await free(address, port, count)) return port;
  }
  throw new Error(`no ${count} free ports at ${address}`);
}
