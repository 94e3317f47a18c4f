// Who waits in the widget sees where he stands and for how long, asks to be called instead, and is called from his place: counted as kept.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { SOUND, choosePresence, launch, person, picture, signIn, steps } from './lib/browser.mjs';
import { ANNA, BORIS, OWNER } from './lib/company.mjs';
import { callsOver, closeAll, hotline } from './lib/hotline.mjs';
import { root, stopPeers } from './lib/peers.mjs';
import { ports } from './lib/process.mjs';
import { desk, sipp } from './lib/sip.mjs';
import { introduce, openWidget, say, site } from './lib/site.mjs';
import { until } from './lib/wait.mjs';
import { t } from './lib/words.mjs';

const { WebSocket } = createRequire(join(root, 'web/package.json'))('ws');
const PROVIDER = '127.0.0.20';
const HIS = '+48601555666';

/** A visitor without a screen, who says one thing. */
async function whisper(server, key, text) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/visitor/socket?key=${key}`, { headers: { origin: 'https://shop.test' } });
  const acked = new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (data) => {
      const frame = JSON.parse(data);
      if (frame.t === 'welcome') socket.send(JSON.stringify({ t: 'say', client_id: 'c1', text }));
      if (frame.t === 'ack') resolve(frame.interaction);
    });
    socket.once('open', () => socket.send(JSON.stringify({ t: 'hello' })));
  });
  return { id: await acked, close: () => socket.close() };
}

test('waiting', { timeout: 300_000 }, async (story) => {
  const port = await ports(PROVIDER);
  const company = await hotline({ provider: PROVIDER, port, record: false, queue: { chat_offer_seconds: 60 } });
  const { api, server, support, widget, channel, sip } = company;
  const provider = await sipp('trunk-answers', { ip: PROVIDER, port, to: sip, seconds: 280 });
  await api.patch(`/channels/${channel.id}`, { settings: { ...channel.settings, click_to_call: true, callback: true } });
  const users = await api.all('/users');
  const capacity = (more) => ({ voice: 0, email: 0, chat: 0, message: 0, task: 0, ...more });
  const of = (who) => users.find((one) => one.email === who.email).id;
  await api.patch(`/users/${of(ANNA)}`, { capacity: capacity({ chat: 1 }) });
  await api.patch(`/users/${of(BORIS)}`, { capacity: capacity({ voice: 1 }) });
  const anna = await new Api(server.url).signIn(ANNA);
  const annasDesk = await desk(anna);
  await anna.put('/me/presence', { presence: { kind: 'available' } });
  const shop = await site(server, widget.settings.key);
  const browser = await launch(SOUND);
  const pages = [];
  const step = steps(story, 'waiting', pages);
  const newPerson = async (options) => {
    const page = await person(browser, options);
    pages.push(page);
    return page;
  };
  /** What rings at Anna is hers. */
  const accepted = async (id) => {
    const offer = await until('an offer to Anna', async () => {
      const { state } = await api.get(`/interactions/${id}`).then((found) => found.interaction ?? found);
      return state.kind === 'offered' && state.offer;
    });
    await anna.post(`/interactions/${id}/accept`, { offer });
  };
  let olek, boris, first;

  await step('twenty customers are served: from then on a wait can be foretold', async () => {
    for (let i = 0; i < 20; i++) {
      const visitor = await whisper(server, widget.settings.key, `Question ${i}`);
      await accepted(visitor.id);
      await anna.post(`/interactions/${visitor.id}/finish`, {});
      visitor.close();
    }
    first = await whisper(server, widget.settings.key, 'I take all of her time');
    await accepted(first.id);
    const { media } = await api.get(`/queues/${support.id}/wait`);
    assert.ok(media.find((one) => one.medium === 'chat').wait, 'a wait is foretold');
  });

  await step('a visitor sees his place and how long it takes', async () => {
    await whisper(server, widget.settings.key, 'I am before him');
    const page = await newPerson();
    olek = await openWidget(page, shop.url);
    await introduce(olek, 'Olek Nowak', 'olek@elsewhere.test');
    await say(olek, 'Do you have round windows?');
    await olek.getByText('1 person is before you').waitFor();
    await olek.getByText(/^About (a minute|\d+ to \d+ minutes)$/).waitFor();
    await picture(page, 'waiting-place');
  });

  await step('he asks to be called: a wrong number is refused with words, the right one is promised', async () => {
    const [page] = pages;
    await olek.getByText('You need not wait:').click();
    const number = olek.getByLabel('Phone number');
    await number.fill('+15550100');
    await olek.getByRole('button', { name: 'Call me back' }).click();
    await olek.getByText(/may not be called|not allowed|cannot be called/).first().waitFor();
    await number.fill('601 555 666');
    await olek.getByRole('button', { name: 'Call me back' }).click();
    await olek.getByText(/You keep your place, and we will answer at \+48601555666 by /).waitFor();
    await picture(page, 'waiting-promised');
    const waits = await until('the callback to wait', async () => (await api.all('/interactions?state=open')).find((one) => one.callback?.number === HIS));
    assert.equal(waits.state.kind, 'queued');
    assert.ok(waits.enqueued < waits.created, 'with the place of his chat');
    assert.ok(waits.callback.due > waits.callback.asked);
  });

  await step('an agent sees his place and the promise with its countdown', async () => {
    boris = await newPerson({ permissions: ['microphone'] });
    boris.on('dialog', (dialog) => dialog.accept());
    await signIn(boris, server, BORIS);
    const card = boris.getByRole('region', { name: t('my-work') }).getByRole('link', { name: /Olek Nowak/ });
    await card.getByText(/Place 2/).waitFor();
    await card.click();
    await boris.getByText(/^Call \+48601555666 by/).waitFor();
    await boris.getByText(/^\d+:\d+ left$/).first().waitFor();
    await picture(boris, 'waiting-desk');
  });

  await step('he takes it at its place, and reaches the customer', async () => {
    await choosePresence(boris, 'presence-available');
    await boris.getByRole('button', { name: `${t('phone')}: ${t('line-ready')}` }).waitFor();
    await boris.getByRole('button', { name: new RegExp(`${t('answer-call')}|${t('accept')}`) }).first().click();
    await until('the customer to be reached', async () => (await api.all('/calls?state=live')).some((call) => call.number === HIS && call.state.kind === 'talking'), 60_000);
    await boris.keyboard.press('F4');
    await callsOver(api, 1);
  });

  await step('that is counted as kept, where the honesty of waits is shown', async () => {
    const [row] = await until('the report', async () => {
      const { items } = await api.get('/callbacks/report?days=1');
      const chats = items.filter((one) => one.medium === 'chat');
      return chats[0]?.kept === 1 && chats;
    });
    assert.deepEqual([row.accepted, row.kept, row.late, row.failed, row.open], [1, 1, 0, 0, 0]);
    assert.ok(row.offered >= 1);
    const olga = await newPerson();
    await signIn(olga, server, OWNER);
    await olga.goto(`${server.url}/admin/waits`);
    await olga.getByRole('heading', { name: t('callbacks-title') }).waitFor();
    await olga.getByRole('row', { name: /Support/ }).getByText(/100\s?%/).first().waitFor();
    await picture(olga, 'waiting-honesty');
  });

  shop.close();
  annasDesk.close();
  await provider.end('SIGKILL');
  await browser.close();
  await server.end();
});

after(async () => {
  await closeAll();
  await stopPeers();
});
