// Takes pictures of every screen from the recorded world (no server needed), and can walk them with axe:
// `npm run shots -- --out <dir> [--only desk] [--langs en,ru] [--themes light,dark] [--sizes wide,phone] [--axe]`.
// With `--url http://127.0.0.1:8088 --email … --password …` it looks at a running server instead.
import { createReadStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import * as telephone from './telephone.mjs';
import * as waits from './waits.mjs';
import * as world from './world.mjs';

telephone.connect();

const { values: args } = parseArgs({
  options: {
    out: { type: 'string', default: 'shots' },
    only: { type: 'string' },
    langs: { type: 'string', default: 'en' },
    themes: { type: 'string', default: 'light,dark' },
    sizes: { type: 'string', default: 'wide,phone' },
    axe: { type: 'boolean' },
    url: { type: 'string' },
    email: { type: 'string' },
    password: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});
const SIZES = { wide: { width: 1440, height: 900 }, mid: { width: 1024, height: 768 }, phone: { width: 390, height: 844 } };
const [offer, chat, mail, , wrapup] = world.interactions;
const SCREENS = {
  signin: '/?out',
  desk: '/desk',
  chat: `/desk/${chat.id}`,
  mail: `/desk/${mail.id}`,
  offer: `/desk/${offer.id}`,
  wrapup: `/desk/${wrapup.id}`,
  ledger: '/ledger',
  floor: '/floor',
  customers: '/customers',
  customer: `/customers/${world.customers[0].id}`,
  channels: `/admin/channels/${world.channels[1].id}`,
  widget: `/admin/channels/${world.channels[0].id}`,
  queue: `/admin/queues/${world.queues[0].id}`,
  user: `/admin/users/${world.users[1].id}`,
  role: `/admin/roles/${world.roles[0].id}`,
  waits: '/admin/waits',
  nowaits: '/admin/waits?none',
  callback: `/desk/${waits.called.id}`,
  promised: `/desk/${world.interactions.find((i) => i.promise).id}`,
  audit: '/admin/audit',
  workspace: '/admin/workspace',
  call: `/desk/${telephone.mine.id}`,
  calls: '/calls',
  trunk: `/admin/trunks/${telephone.trunks[1].id}`,
  phone: `/admin/phones/${telephone.phones[0].id}`,
  newphone: '/admin/phones/new',
  prompt: `/admin/prompts/${telephone.prompts[0].id}`,
  dialplan: '/admin/dial-plan',
  hotline: `/admin/channels/${telephone.channel.id}`,
  profile: '/me',
};

/** The built files, with the shell for every other path. */
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html', '.svg': 'image/svg+xml' };
const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://x').pathname;
  const file = join('dist', path);
  const found = existsSync(file) && statSync(file).isFile() ? file : 'dist/index.html';
  response.setHeader('content-type', TYPES[extname(found)] ?? 'application/octet-stream');
  createReadStream(found).pipe(response);
});
if (!args.url) await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = args.url ?? `http://127.0.0.1:${server.address().port}`;

const page1 = (items) => ({ items, next: null });
/** The screen shows what there is before anything has happened. */
let bare = false;
function answer(path, query) {
  const [, area, id, part] = path.split('/');
  const lists = {
    customers: world.customers,
    queues: world.queues,
    skills: world.skills,
    teams: world.teams,
    roles: world.roles,
    users: world.users,
    channels: world.channels,
    agents: world.agents,
    audit: world.audit,
    trunks: telephone.trunks,
    phones: telephone.phones,
    prompts: telephone.prompts,
    calls: telephone.history,
    'pause-codes': world.pauseCodes,
    dispositions: world.dispositions,
  };
  if (area === 'me')
    return id === 'sessions'
      ? page1([{ id: 's', created: 0, seen: Date.now(), address: '127.0.0.1', agent: 'Chromium on Linux', current: true }])
      : world.meDoc;
  if (area === 'waits') return page1(bare ? [] : waits.calibration);
  if (area === 'callbacks') return page1(bare ? [] : waits.callbacks);
  if (area === 'queues' && part === 'wait') return waits.line(id);
  if (area === 'setup') return { needed: false };
  if (area === 'workspace') return world.workspace;
  if (area === 'ledger')
    return id === 'summary' ? world.summary : page1(query.get('state') === 'all' ? world.ledger : world.ledger.slice(0, 4));
  if (area === 'dial-plan') return telephone.dialPlan;
  if (area === 'recordings') return telephone.waveform;
  if (area === 'interactions') {
    if (part === 'calls')
      return id === telephone.mine.id
        ? { calls: [telephone.past, telephone.calls[0]], recordings: telephone.recordings }
        : { calls: [], recordings: [] };
    if (part === 'messages') return page1(world.messages[id] ?? []);
    if (part === 'decisions') return page1(world.decisions);
    return world.detail(world.interactions.find((i) => i.id === id));
  }
  if (area === 'customers' && part === 'timeline') return page1(world.timeline);
  if (area === 'customers' && part === 'matches') return page1([]);
  if (area === 'customers' && id) return world.customers.find((c) => c.id === id);
  return lists[area] ? page1(lists[area]) : {};
}

const browser = await chromium.launch({
  executablePath: args.chromium,
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
  ],
});
mkdirSync(args.out, { recursive: true });
let bad = 0;
for (const size of args.sizes.split(',')) {
  for (const theme of args.themes.split(',')) {
    for (const lang of args.langs.split(',')) {
      const context = await browser.newContext({
        viewport: SIZES[size],
        locale: lang,
        hasTouch: size === 'phone',
        isMobile: size === 'phone',
        timezoneId: 'Europe/Warsaw',
      });
      await context.addInitScript(
        ([t, l]) => {
          localStorage.setItem('okno.prefs', JSON.stringify({ theme: t }));
          localStorage.setItem('okno.lang', l);
        },
        [theme, lang],
      );
      // A server's side of the media is not recorded: the browser believes to be connected.
      if (!args.url)
        await context.addInitScript(() => {
          globalThis.RTCPeerConnection = class extends EventTarget {
            iceGatheringState = 'complete';
            signalingState = 'stable';
            connectionState = 'new';
            localDescription = { sdp: 'v=0' };
            addTrack() {}
            getSenders = () => [];
            getStats = () => Promise.resolve(new Map());
            restartIce() {}
            close() {}
            async setLocalDescription() {
              this.signalingState = 'have-local-offer';
            }
            async setRemoteDescription() {
              this.signalingState = 'stable';
              this.connectionState = 'connected';
            }
          };
        });
      const page = await context.newPage();
      page.on('pageerror', (e) => (bad++, console.error(`${size}-${theme}-${lang}: ${e.message}`)));
      let signedIn = true;
      if (!args.url) {
        await page.route('**/api/v1/**', (route) => {
          const url = new URL(route.request().url());
          const path = url.pathname.replace('/api/v1', '');
          if (!signedIn && path === '/me')
            return route.fulfill({ status: 401, json: { title: 'Unauthorized', status: 401, code: 'unauthorized' } });
          return route.fulfill({ json: answer(path, url.searchParams) });
        });
        await page.routeWebSocket('**/api/v1/socket', (ws) =>
          ws.onMessage((m) => {
            const frame = JSON.parse(m);
            if (frame.t === 'hello') ws.send(JSON.stringify(world.snapshot));
            if (frame.t === 'phone' && frame.up.do === 'connect') {
              ws.send(JSON.stringify({ t: 'phone', down: { kind: 'answer', tab: frame.up.tab, sdp: '' } }));
              ws.send(
                JSON.stringify({
                  t: 'phone',
                  down: { kind: 'quality', tab: frame.up.tab, mos_tenths: 41, loss_percent: 0, jitter_ms: 9, rtt_ms: 44 },
                }),
              );
            }
          }),
        );
      } else {
        await page.goto(base);
        await page.fill('input[type=email]', args.email);
        await page.fill('input[type=password]', args.password);
        await page.click('button[type=submit]');
        await page.waitForSelector('#main');
      }
      for (const [name, path] of Object.entries(SCREENS)) {
        if (args.only && !args.only.split(',').includes(name)) continue;
        signedIn = name !== 'signin';
        bare = name === 'nowaits';
        await page.goto(base + path);
        await page.waitForSelector('#main, main');
        await page.waitForLoadState('networkidle').catch(() => {});
        await page.waitForTimeout(250);
        await page.screenshot({ path: join(args.out, `${name}-${size}-${theme}-${lang}.png`) });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) (bad++, console.error(`${name}-${size}-${lang}: ${wide} px wider than the screen`));
        if (args.axe) {
          const { AxeBuilder } = await import('@axe-core/playwright');
          const { violations } = await new AxeBuilder({ page })
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
            .analyze();
          for (const v of violations)
            (bad++,
              console.error(
                `${name}-${size}-${theme}-${lang}: ${v.id}: ${v.nodes
                  .slice(0, 3)
                  .map((x) => x.html.slice(0, 160))
                  .join(' | ')}`,
              ));
        }
      }
      await context.close();
    }
  }
}
await browser.close();
server.close();
console.log(bad ? `${bad} problems` : 'no problems');
process.exit(bad ? 1 : 0);
