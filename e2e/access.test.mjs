// Every page in both themes and three languages, and at the width of a phone: axe finds nothing.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { choosePresence, launch, offerOf, person, signIn } from './lib/browser.mjs';
import { ANNA, OWNER, found } from './lib/company.mjs';
import { root, stopPeers } from './lib/peers.mjs';
import { Server } from './lib/server.mjs';
import { introduce, openWidget, say, site } from './lib/site.mjs';
import { until } from './lib/wait.mjs';
import { t } from './lib/words.mjs';

const { AxeBuilder } = createRequire(join(root, 'web/package.json'))('@axe-core/playwright');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Faults, each once, with the places where it was seen. */
class Faults {
  #places = new Map();

  add(what, where) {
    this.#places.set(what, [...(this.#places.get(what) ?? []), where]);
  }

  async look(page, where) {
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    for (const { id, help, nodes } of violations) {
      for (const node of nodes.slice(0, 3)) this.add(`${id}: ${help}\n    ${node.target} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`, where);
    }
  }

  check() {
    if (this.#places.size) throw new Error([...this.#places].map(([what, where]) => `${what}\n    on: ${where.join(', ')}`).join('\n'));
  }
}

test('every page is accessible', { timeout: 600_000 }, async (story) => {
  const server = await Server.start();
  const { api, widget, support } = await found(server, { mailbox: 'axe@shop.test' });
  const shop = await site(server, widget.settings.key);
  const browser = await launch();

  // Something on every page: a conversation with an answer, another that rings, a customer, ledger entries.
  const anna = await signIn(await person(browser), server, ANNA);
  await choosePresence(anna, 'presence-available');
  const visitor = await person(browser);
  const chat = await openWidget(visitor, shop.url);
  await introduce(chat, 'Ewa Lis', 'ewa@elsewhere.test');
  await say(chat, 'Where is my order?');
  await offerOf(anna, 'Ewa Lis').getByRole('button', { name: t('accept') }).click();
  const reply = anna.getByRole('textbox', { name: t('reply-to', { name: 'Ewa Lis' }) });
  await reply.fill('On its way.');
  await reply.press('Enter');
  await chat.getByRole('log').getByText('On its way.').waitFor();
  const second = await person(browser);
  const waiting = await openWidget(second, shop.url);
  await introduce(waiting, 'Adam Wilk', 'adam@elsewhere.test');
  await say(waiting, 'Hello?');
  await offerOf(anna, 'Adam Wilk').waitFor();
  const [interaction] = (await api.all('/interactions?state=open')).filter((one) => one.customer_name === 'Ewa Lis');

  const inside = [
    ['desk', '/desk'],
    ['conversation', `/desk/${interaction.id}`],
    ['customers', '/customers'],
    ['customer', `/customers/${interaction.customer}`],
    ['ledger', '/ledger'],
    ['search', '/search?q=lamp'],
    ['floor', '/floor'],
    ['channels', '/admin/channels'],
    ['channel', `/admin/channels/${widget.id}`],
    ['queues', '/admin/queues'],
    ['queue', `/admin/queues/${support.id}`],
    ['skills', '/admin/skills'],
    ['users', '/admin/users'],
    ['roles', '/admin/roles'],
    ['pause codes', '/admin/pause-codes'],
    ['dispositions', '/admin/dispositions'],
    ['workspace', '/admin/workspace'],
    ['audit', '/admin/audit'],
    ['profile', '/me'],
  ];

  /** The page has its content, and nothing is still loading. */
  const settle = (page) =>
    until('the page to be there', () => page.evaluate(() => document.querySelector('h1, h2, form') && !document.querySelector('.skeleton, [aria-busy="true"]')));
  const dressed = (lang, theme, options) =>
    person(browser, { ...options, colorScheme: theme, reducedMotion: 'reduce' }).then(async (page) => {
      await page.addInitScript(
        ([lang, theme]) => {
          localStorage.setItem('okno.lang', lang);
          localStorage.setItem('okno.prefs', JSON.stringify({ theme }));
        },
        [lang, theme],
      );
      return page;
    });

  await story.test('the desk by keyboard alone', async () => {
    const page = await dressed('en', 'light', { storageState: await signedIn(server, ANNA) });
    await page.goto(`${server.url}/desk`);
    await offerOf(page, 'Adam Wilk').waitFor();
    await page.keyboard.press('F2');
    await page.getByRole('log', { name: t('messages') }).getByText('Hello?').waitFor();
    await page.keyboard.press('r');
    await page.keyboard.type('Good day!');
    await page.keyboard.press('Enter');
    await waiting.getByRole('log').getByText('Good day!').waitFor();
    await page.keyboard.press('Escape');
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    const found = new Faults();
    await found.look(page, 'help');
    await page.context().close();
    found.check();
  });

  for (const lang of ['en', 'ru', 'pl']) {
    for (const theme of ['light', 'dark']) {
      await story.test(`${lang}, ${theme}`, async () => {
        const found = new Faults();
        const page = await dressed(lang, theme, { storageState: await signedIn(server, OWNER) });
        for (const [name, path] of inside) {
          await page.goto(server.url + path);
          await settle(page);
          await found.look(page, name);
        }
        const outside = await dressed(lang, theme);
        for (const [name, path] of [['sign-in', '/'], ['set-up', '/setup?token=x'], ['widget', `/widget/frame?key=${widget.settings.key}&lang=${lang}`]]) {
          await outside.goto(server.url + path);
          await settle(outside);
          await found.look(outside, name);
        }
        for (const fault of page.faults) found.add(fault, 'console');
        await Promise.all([page.context().close(), outside.context().close()]);
        found.check();
      });
    }
  }

  await story.test('at the width of a phone: no fault, nothing wider than the screen', async () => {
    const found = new Faults();
    const page = await dressed('pl', 'light', { storageState: await signedIn(server, OWNER), viewport: { width: 375, height: 740 }, hasTouch: true });
    for (const [name, path] of inside) {
      await page.goto(server.url + path);
      await settle(page);
      await found.look(page, name);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wider > 0) found.add(`${wider} px wider than the screen`, name);
    }
    await page.context().close();
    found.check();
  });

  await browser.close();
  shop.close();
  await server.end();
});

/** The cookies of a signed-in user, for a new browser. */
async function signedIn(server, who) {
  const api = await new Api(server.url).signIn(who);
  const [name, value] = api.cookie.split('=');
  return { cookies: [{ name, value, domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' }], origins: [] };
}
after(stopPeers);
