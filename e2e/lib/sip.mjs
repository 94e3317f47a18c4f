// Real SIP peers on loopback: baresip as a telephone, SIPp as many callers, phones and providers, Kamailio as a proxy in front.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from './peers.mjs';
import { endAll, ports, start } from './process.mjs';
import { amplitude, rms, samples, writeTone } from './tone.mjs';
import { until } from './wait.mjs';

const { WebSocket } = createRequire(join(root, 'web/package.json'))('ws');

const folders = new Set();
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'okno-sip-'));
  folders.add(made);
  return made;
};

/** Environment of a server whose telephone has ports of its own; `port` is where SIP is. */
export async function telephone(ip = '127.0.0.1') {
  const port = await ports();
  const rtp = await ports('127.0.0.1', 400);
  return { port, env: { OKNO_SIP_LISTEN: `${ip.includes(':') ? `[${ip}]` : ip}:${port}`, OKNO_RTP_PORTS: `${rtp}-${rtp + 399}`, OKNO_CALL_DRAIN_SECONDS: '5' } };
}

/** A desk without a browser: an agent with a SIP phone counts as there while it is open. */
export async function desk(api) {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/api/v1/socket`, { headers: { cookie: api.cookie, origin: api.url } });
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('message', resolve);
    socket.once('open', () => socket.send(JSON.stringify({ t: 'hello', resume: null })));
  });
  socket.on('error', () => {});
  const alive = setInterval(() => socket.send(JSON.stringify({ t: 'ping' }), () => {}), 10_000);
  socket.once('close', () => clearInterval(alive));
  open.add(socket);
  return { close: () => socket.close() };
}
const open = new Set();

/** Ends what a story that failed has left: otherwise its process would wait for it. */
export async function leave() {
  for (const socket of open) socket.terminate();
  await endAll();
}

/** A telephone with a voice of its own: it speaks a tone, and keeps what it hears. */
export class Baresip {
  /**
   * `register`: `{login, password, port}` of okno, to be an agent's desk phone that answers by itself; `dial`: whom to call. `transport` and
   * `authority` (a PEM file): signaling; `protect`: how sound is encrypted (`srtp-mand`).
   */
  static async start({ ip, hz, register, dial, transport = 'udp', authority, protect }) {
    const phone = new Baresip();
    phone.dir = folder();
    phone.heardIn = join(phone.dir, 'heard');
    mkdirSync(phone.heardIn);
    // It takes the next port for TLS.
    const port = await ports(ip, 2);
    const rtp = await ports(ip, 20);
    writeTone(join(phone.dir, 'tone.wav'), hz, 240);
    const modules = ['module g711.so', 'module aufile.so', 'module aubridge.so', 'module sndfile.so', 'module_app account.so', 'module_app menu.so'];
    writeFileSync(
      join(phone.dir, 'config'),
      [
        'poll_method epoll',
        `sip_listen ${ip}:${port}`,
        `net_interface ${ip}`,
        `audio_source aufile,${join(phone.dir, 'tone.wav')}`,
        'audio_player aubridge,heard',
        'audio_alert aubridge,alert',
        'ausrc_srate 8000',
        'auplay_srate 8000',
        'ausrc_channels 1',
        'auplay_channels 1',
        `rtp_ports ${rtp}-${rtp + 19}`,
        `snd_path ${phone.heardIn}`,
        'module_path /usr/lib/baresip/modules',
        ...(authority ? [`sip_cafile ${authority}`] : []),
        ...modules,
        ...(protect ? ['module srtp.so'] : []),
        '',
      ].join('\n'),
    );
    writeFileSync(join(phone.dir, 'contacts'), '');
    const media = protect ? `;mediaenc=${protect}` : '';
    const account = register
      ? `<sip:${register.login}@127.0.0.1:${register.port};transport=${transport}>${media};auth_pass=${register.password};regint=60;answermode=auto;audio_codecs=PCMA`
      : `<sip:+48601234567@${ip}:${port}>${media};regint=0;audio_codecs=PCMA`;
    writeFileSync(join(phone.dir, 'accounts'), `${account}\n`);
    phone.process = start('baresip', ['-f', phone.dir, ...(dial ? ['-e', `/dial ${dial}`] : [])]);
    return phone;
  }

  /** The last second that it has heard in its latest call, or null when there is not as much. */
  last(after = 0) {
    const files = readdirSync(this.heardIn).filter((name) => name.endsWith('-dec.wav')).sort();
    if (!files.length) return null;
    const sound = samples(readFileSync(join(this.heardIn, files.at(-1)))).channels[0];
    return sound.length >= after + 8000 ? { second: sound.slice(-8000), length: sound.length } : null;
  }

  /** Everything that it has heard in its latest call after a number of samples. */
  since(mark) {
    const files = readdirSync(this.heardIn).filter((name) => name.endsWith('-dec.wav')).sort();
    return files.length ? samples(readFileSync(join(this.heardIn, files.at(-1)))).channels[0].slice(mark) : [];
  }

  /** Waits for a second of sound, all of it heard after now, that is as wanted. */
  async hears(what, wanted) {
    const before = this.last()?.length ?? 0;
    try {
      await until(`baresip to hear ${what}`, () => {
        const heard = this.last(before);
        return heard && wanted(heard.second);
      });
    } catch (error) {
      const last = this.last()?.second;
      throw new Error(`${error.message}; it heard ${last ? `a loudness of ${rms(last)}` : 'nothing'} and said ${this.process.log().replace(/[^\n]*\r|\[\d:.*/g, '').slice(-1500)}`);
    }
  }

  /** Hangs up, unregisters, ends. */
  async end() {
    const how = await this.process.end();
    rmSync(this.dir, { recursive: true, force: true });
    return how;
  }
}

/** A certificate of an authority of our own for `127.0.0.1`: paths of PEM files. */
export function certificates() {
  const dir = folder();
  const at = (name) => join(dir, name);
  const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=Authority of a test');
  openssl('req', ...key.slice(0, -2), '-keyout', at('key.pem'), '-out', at('request.pem'), '-subj', '/CN=127.0.0.1');
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\n');
  openssl('x509', '-req', '-in', at('request.pem'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names'), '-out', at('cert.pem'));
  return { authority: at('ca.pem'), certificate: at('cert.pem'), key: at('key.pem') };
}

/** What a second of sound can be. */
export const isLoud = (second) => rms(second) > 0.01;
export const isQuiet = (second) => rms(second) < 0.003;
export const hasTone = (hz) => (second) => amplitude(second, hz) > 0.1;

/** Callers' numbers that are valid, each another one. */
export const numbers = (count, from = 601_000_000) => Array.from({ length: count }, (_, i) => `+48${from + i}`);

/**
 * SIPp with a scenario of `e2e/sipp`, changed by `change` if that is given. `list`: rows of the injected file, fields apart by `;`. `over` is 0 when every call went as written.
 * `trace: false` keeps no time of each call: SIPp needs less of the processor then.
 */
export async function sipp(scenario, { ip, port, to, service = '+48221234567', calls, rate = 10, limit, list, pause, seconds = 90, trace = true, more = [], change }) {
  const dir = folder();
  const written = resolve(root, 'e2e/sipp', `${scenario}.xml`);
  const file = change ? join(dir, 'scenario.xml') : written;
  if (change) writeFileSync(file, change(readFileSync(written, 'utf8')));
  const at = port ?? (await ports(ip));
  const rtp = await ports(ip, 4);
  const args = ['-sf', file, '-i', ip, '-p', String(at), '-mi', ip, '-mp', String(rtp), '-nostdin'];
  args.push('-s', service, '-timeout', String(seconds), '-timeout_error', '-trace_err', '-error_file', join(dir, 'errors'), '-r', String(rate));
  args.push('-trace_stat', '-stf', join(dir, 'figures.csv'), '-fd', '1');
  if (trace) args.push('-trace_rtt', '-rtt_freq', '1');
  if (calls) args.push('-m', String(calls));
  if (limit) args.push('-l', String(limit));
  if (pause !== undefined) args.push('-d', String(pause));
  if (list) {
    writeFileSync(join(dir, 'list.csv'), `SEQUENTIAL\n${list.join('\n')}\n`);
    args.push('-inf', join(dir, 'list.csv'));
  }
  const process = start('sipp', [...args, ...more, to], { cwd: dir });
  const errors = () => {
    try {
      return readFileSync(join(dir, 'errors'), 'utf8').slice(0, 4000);
    } catch {
      return '';
    }
  };
  /** The last line of the figures by the names of their columns. */
  const figures = () => {
    const lines = readFileSync(join(dir, 'figures.csv'), 'utf8').trim().split('\n').map((line) => line.split(';'));
    return Object.fromEntries(lines[0].map((name, i) => [name, lines.at(-1)[i]]));
  };
  return { ...process, port: at, address: `${ip}:${at}`, dir, errors, figures };
}

/** Waits until a SIPp has done all its calls, and says what went wrong if something did. */
export async function done(run) {
  const code = await run.over;
  if (code !== 0) throw new Error(`SIPp ended with ${code}: ${run.errors() || run.log().slice(-3000)}`);
}

/** Registers phones at okno as SIPp; their calls come to `ip:port`, where a scenario can wait for them afterwards. */
export async function registerPhones(okno, ip, port, phones) {
  const list = phones.map(({ login, password }) => `${login};[authentication username=${login} password=${password}]`);
  await done(await sipp('register', { ip, port, to: okno, calls: phones.length, list, rate: 5, seconds: 60 }));
}

/** Kamailio between callers and okno: stays in the route of every call. Calls from okno go to `callers`, all others to okno. */
export async function kamailio({ ip, okno, callers }) {
  const dir = folder();
  const port = await ports(ip);
  const modules = ['tm', 'tmx', 'sl', 'rr', 'pv', 'maxfwd', 'textops', 'siputils'].map((name) => `loadmodule "${name}.so"`);
  const [oknoIp, oknoPort] = okno.split(':');
  writeFileSync(
    join(dir, 'kamailio.cfg'),
    `#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:${ip}:${port}
${modules.join('\n')}
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) { t_relay(); } exit; }
    sl_send_reply("404", "Not Here");
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  record_route();
  if ($si == "${oknoIp}" && $sp == ${oknoPort}) { $du = "sip:${callers}"; } else { $du = "sip:${okno}"; }
  t_relay();
}
`,
  );
  const process = start('/usr/sbin/kamailio', ['-f', join(dir, 'kamailio.cfg'), '-DD', '-E', '-m', '32', '-M', '4', '-w', dir, '-Y', dir]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { ...process, address: `${ip}:${port}`, ip, port };
}
