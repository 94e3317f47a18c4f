// Real Chromium, driven by playwright-core from the packages of web/.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './peers.mjs';
import { t } from './words.mjs';

const require = createRequire(join(root, 'web/package.json'));
const { chromium } = require('playwright-core');

/** Without these Chromium looks for its maker's hosts at every start. */
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

/** How long a screen may take: CI has two cores for everything. */
const LIMIT = 45_000;

/** A microphone that beeps, without asking anybody, and sound without a gesture. */
export const SOUND = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--autoplay-policy=no-user-gesture-required'];

export async function launch(more = []) {
  const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
  return chromium.launch({ executablePath, headless: true, args: [...QUIET, ...more] });
}

/** A person with a browser of his own: a separate context, English, with every error of the page kept. */
export async function person(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1400, height: 900 }, ...options });
  context.setDefaultTimeout(LIMIT);
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    // A server that is away or a stale offer are told by the browser itself; what the code logs is a fault.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection|ERR_/.test(message.text())) page.faults.push(message.text());
  });
  return page;
}

/** Signs in at the desk and waits until it is live. */
export async function signIn(page, server, who) {
  await page.goto(`${server.url}/`);
  await page.getByLabel(t('email'), { exact: true }).fill(who.email);
  await page.getByLabel(t('password'), { exact: true }).fill(who.password);
  await page.getByRole('button', { name: t('sign-in'), exact: true }).click();
  await page.getByRole('button', { name: t('user-menu', { name: who.name }) }).waitFor();
  return page;
}

/** Chooses a presence by its shown name. */
export async function choosePresence(page, key) {
  await page.getByRole('button', { name: new RegExp(`^${t('presence')}: `) }).click();
  await page.getByRole('button', { name: t(key), exact: true }).first().click();
  await page.getByRole('button', { name: new RegExp(`^${t('presence')}: ${t(key)}`) }).waitFor();
}

/** The offer of a customer in the work list. */
export const offerOf = (page, name) => page.getByRole('article', { name: t('offer-from', { name }) });

/** Keeps a picture of what was seen, for the person who has to find out. */
export async function picture(page, name) {
  const folder = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'xtask/pictures');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/**
 * The steps of one story, each a test of its own: the first one that fails ends the story, with a picture of every page,
 * because the steps after it could only fail by it. An error that a page logged fails the step, too.
 */
export const steps = (story, name, pages) => {
  let broken = false;
  return async (what, act) => {
    if (broken) return;
    await story.test(what, async () => {
      try {
        await act();
        const faults = pages.flatMap((page) => page.faults.splice(0));
        if (faults.length) throw new Error(`errors in a page's console: ${faults.join('\n')}`);
      } catch (error) {
        broken = true;
        for (const [i, page] of pages.entries()) await picture(page, `${name}-${what.replace(/\W+/g, '-')}-${i}`).catch(() => {});
        throw error;
      }
    });
  };
};
