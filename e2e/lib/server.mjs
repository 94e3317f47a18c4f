// The built server as a process with data of its own.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, peers } from './peers.mjs';
import { until } from './wait.mjs';

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const server of running) server.child?.kill('SIGKILL');
    process.exit(1);
  });
}
process.on('exit', () => running.forEach((server) => server.child?.kill('SIGKILL')));

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

export class Server {
  /** A new, empty installation; on PostgreSQL when asked for. */
  static async start({ postgres = false, env = {} } = {}) {
    const server = new Server();
    server.dir = mkdtempSync(join(tmpdir(), 'okno-e2e-'));
    [server.port, server.filesPort, server.smtpPort] = await Promise.all([freePort(), freePort(), freePort()]);
    server.url = `http://127.0.0.1:${server.port}`;
    server.env = { OKNO_RATE_LIMITS: 'off', ...env };
    if (postgres) server.env.OKNO_DATABASE = freshDatabase((await peers()).postgres);
    await server.run();
    return server;
  }

  async run() {
    const log = openSync(join(this.dir, 'log'), 'a');
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OKNO_')));
    const env = {
      ...clean,
      OKNO_LISTEN: `127.0.0.1:${this.port}`,
      OKNO_FILES_LISTEN: `127.0.0.1:${this.filesPort}`,
      OKNO_SMTP_LISTEN: `127.0.0.1:${this.smtpPort}`,
      OKNO_DATA_DIR: join(this.dir, 'data'),
      OKNO_LOG: 'info',
      ...this.env,
    };
    this.child = spawn(binary, ['serve'], { cwd: this.dir, env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.gone = new Promise((resolve) => this.child.once('exit', resolve));
    running.add(this);
    await until('okno to be ready', async () => {
      if (this.child.exitCode !== null) throw new Error(`okno ended:\n${this.log().slice(-4000)}`);
      return (await fetch(`${this.url}/health/ready`)).ok;
    }, 60_000);
  }

  log() {
    return readFileSync(join(this.dir, 'log'), 'utf8');
  }

  setupToken() {
    const found = this.log().match(/\/setup\?token=([\w.~-]+)/);
    if (!found) throw new Error(`no set-up link in the log:\n${this.log()}`);
    return found[1];
  }

  async kill9() {
    this.child.kill('SIGKILL');
    await this.gone;
  }

  /** Stops it cleanly and removes its data. */
  async end() {
    this.child.kill('SIGTERM');
    const code = await this.gone;
    running.delete(this);
    rmSync(this.dir, { recursive: true, force: true });
    if (code !== 0) throw new Error(`okno ended with ${code} after SIGTERM`);
  }
}

function freshDatabase(admin) {
  const name = `okno_e2e_${process.pid}_${Date.now()}`;
  execFileSync('createdb', [`--maintenance-db=${admin}`, name]);
  return admin.replace(/\/[^/]*$/, `/${name}`);
}
