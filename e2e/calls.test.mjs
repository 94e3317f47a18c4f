// A call from its first ring to its recording: a customer calls from the web page, agents talk in their browsers, and what each of
// them hears is measured in his own browser.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { SOUND, choosePresence, launch, offerOf, person, signIn, steps } from './lib/browser.mjs';
import { ANNA, BORIS, OWNER, found } from './lib/company.mjs';
import { root, stopPeers } from './lib/peers.mjs';
import { Server } from './lib/server.mjs';
import { openWidget, site } from './lib/site.mjs';
import { QUIET, hears, listen, loudness } from './lib/sound.mjs';
import { until } from './lib/wait.mjs';
import { t } from './lib/words.mjs';

const { AxeBuilder } = createRequire(join(root, 'web/package.json'))('@axe-core/playwright');

const bar = (page) => page.getByRole('region', { name: t('phone-bar'), exact: true });
/** A colleague calls: the bar that asks before anything is heard. */
const asked = (page) => page.getByRole('region', { name: t('asked-title'), exact: true });
const card = (page) => page.getByRole('article', { name: t('call-card') });
/** The widget's own frame, as a frame that can be asked. */
const inside = (page) => page.frames().find((frame) => frame !== page.mainFrame() && frame.url().includes('/widget/'));

test('a call', { timeout: 300_000 }, async (story) => {
  const server = await Server.start();
  const company = await found(server, { queue: { voice_offer_seconds: 40 } });
  const { api, support } = company;
  // Colleagues see each other: they are one team.
  const team = await api.post('/teams', { name: 'Hotline' });
  for (const one of await api.all('/users')) if (one.email !== OWNER.email) await api.patch(`/users/${one.id}`, { team: team.id });
  await api.post('/channels', {
    kind: 'phone',
    name: 'Hotline',
    queue: support.id,
    enabled: true,
    settings: { kind: 'phone', numbers: ['+48221234567'], answer: 'at_once', announce_seconds: 0, record: true, whisper: false, click_to_call: true },
  });
  const shop = await site(server, company.widget.settings.key);
  const browser = await launch(SOUND);
  const pages = [];
  const newPerson = async () => {
    const page = await person(browser, { permissions: ['microphone'] });
    await listen(page.context());
    page.on('dialog', (dialog) => dialog.accept());
    pages.push(page);
    return page;
  };
  const step = steps(story, 'calls', pages);
  const agents = async () => (await api.all('/agents')).filter((one) => [ANNA.name, BORIS.name].includes(one.name));
  let anna, boris, customer, widget;

  const call = async () => {
    widget = await openWidget(customer, shop.url);
    await widget.getByRole('button', { name: 'Call us' }).click();
    return widget.getByRole('region', { name: 'Call', exact: true });
  };

  await step('an agent becomes available, and her browser is a telephone', async () => {
    [anna, boris, customer] = await Promise.all([newPerson(), newPerson(), newPerson()]);
    await Promise.all([signIn(anna, server, ANNA), signIn(boris, server, BORIS)]);
    await choosePresence(anna, 'presence-available');
    await anna.getByRole('button', { name: `${t('phone')}: ${t('line-ready')}` }).waitFor();
    await until('the server to know her phone', async () => (await agents()).find((one) => one.name === ANNA.name)?.phone === true);
  });

  await step('she calls a colleague: his browser rings, and he is heard only after his yes', async () => {
    await choosePresence(boris, 'presence-available');
    await boris.getByRole('button', { name: `${t('phone')}: ${t('line-ready')}` }).waitFor();
    const hers = await new Api(server.url).signIn(ANNA);
    const his = (await agents()).find((one) => one.name === BORIS.name).id;
    const [hotline] = (await api.all('/channels')).filter((one) => one.kind === 'phone');
    await hers.post('/calls', { to: { kind: 'agent', agent: his }, channel: hotline.id });
    await asked(boris).getByText(t('asked-call', { name: ANNA.name })).waitFor();
    await hears(anna, 'ringing');
    assert.ok((await loudness(boris)) < QUIET, 'nobody is connected without his yes');
    await asked(boris).getByRole('button', { name: t('decline') }).click();
    await bar(anna).waitFor({ state: 'hidden' });
    await asked(boris).waitFor({ state: 'hidden' });

    await hers.post('/calls', { to: { kind: 'agent', agent: his }, channel: hotline.id });
    await asked(boris).getByRole('button', { name: t('answer-call') }).click();
    await Promise.all([bar(anna).waitFor(), bar(boris).waitFor()]);
    await Promise.all([hears(anna, 'her colleague'), hears(boris, 'his colleague')]);
    await bar(boris).getByRole('button', { name: t('leave-call') }).click();
    await Promise.all([bar(anna).waitFor({ state: 'hidden' }), bar(boris).waitFor({ state: 'hidden' })]);
    await choosePresence(boris, 'presence-offline');
  });

  await step('a customer calls from the web page and hears music; her browser rings', async () => {
    const panel = await call();
    await panel.getByText(/You are next|You are in the queue|place in the queue/).waitFor();
    await hears(inside(customer), 'music');
    await anna.getByRole('article').filter({ has: anna.getByRole('button', { name: new RegExp(t('answer-call')) }) }).waitFor();
  });

  await step('she answers by a key, and both hear each other', async () => {
    await anna.keyboard.press('F2');
    await bar(anna).waitFor();
    await widget.getByText('In conversation').waitFor();
    await Promise.all([hears(anna, 'the customer'), hears(inside(customer), 'the agent')]);
    const [live] = await api.all('/calls?state=live');
    assert.equal(live.state.kind, 'talking');
    assert.ok(live.connected, 'connected is known');
  });

  await step('muted she is not heard, and heard again', async () => {
    await anna.keyboard.press('F7');
    await bar(anna).getByText(t('muted')).waitFor();
    await until('silence at the customer', async () => (await loudness(inside(customer))) < QUIET);
    await anna.keyboard.press('F7');
    await hears(inside(customer), 'the agent again');
  });

  await step('on hold the customer hears music and she hears nobody', async () => {
    await anna.keyboard.press('F8');
    await bar(anna).getByText(t('call-held')).waitFor();
    await widget.getByText(/On hold/).waitFor();
    await hears(inside(customer), 'music on hold');
    await until('silence at the agent', async () => (await loudness(anna)) < QUIET);
    await anna.keyboard.press('F8');
    await bar(anna).getByText(t('call-talking')).waitFor();
    await hears(anna, 'the customer after the hold');
  });

  await step('a reload in the middle of the call costs a moment of sound and nothing else', async () => {
    await anna.reload();
    await bar(anna).waitFor();
    await Promise.all([hears(anna, 'the customer after the reload'), hears(inside(customer), 'the agent after the reload')]);
  });

  await step('she asks a colleague while the customer hears music, and all three talk', async () => {
    await choosePresence(boris, 'presence-available');
    await boris.getByRole('button', { name: `${t('phone')}: ${t('line-ready')}` }).waitFor();
    await bar(anna).getByRole('button', { name: t('consult') }).click();
    const dialog = anna.getByRole('dialog');
    await dialog.getByRole('radio', { name: new RegExp(BORIS.name) }).check();
    await dialog.getByRole('button', { name: t('consult'), exact: true }).click();
    await bar(anna).getByText(t('call-consult-rings', { name: BORIS.name })).waitFor();
    await asked(boris).waitFor();
    assert.ok((await loudness(boris)) < QUIET, 'he hears nobody before he says yes');
    await asked(boris).getByRole('button', { name: t('answer-call') }).click();
    await bar(anna).getByText(t('call-consults', { name: BORIS.name })).waitFor();
    await bar(boris).waitFor();
    await Promise.all([hears(boris, 'her question'), hears(anna, 'his answer'), hears(inside(customer), 'music')]);
    // Swapped, the customer hears her and the colleague hears music; swapped back, the other way round.
    await bar(anna).getByRole('button', { name: t('swap') }).click();
    await bar(anna).getByText(t('call-swapped', { name: BORIS.name })).waitFor();
    await Promise.all([hears(inside(customer), 'her again'), hears(anna, 'the customer again'), hears(boris, 'music')]);
    await anna.keyboard.press('F7');
    await until('silence at the customer, who hears her and nobody else', async () => (await loudness(inside(customer))) < QUIET);
    await hears(boris, 'music all the same');
    await bar(anna).getByRole('button', { name: t('swap') }).click();
    await bar(anna).getByText(t('call-consults', { name: BORIS.name })).waitFor();
    await until('silence at the colleague, who hears her and nobody else', async () => (await loudness(boris)) < QUIET);
    await anna.keyboard.press('F7');
    await Promise.all([hears(boris, 'her again'), hears(inside(customer), 'music')]);
    await bar(anna).getByRole('button', { name: t('merge') }).click();
    await bar(anna).getByText(t('call-conference')).waitFor();
    await Promise.all([hears(boris, 'everybody'), hears(anna, 'everybody'), hears(inside(customer), 'both agents')]);
    await bar(anna).getByRole('button', { name: t('call-drop', { name: BORIS.name }) }).click();
    await bar(boris).waitFor({ state: 'hidden' });
    await bar(anna).getByText(t('call-talking')).waitFor();
  });

  await step('a supervisor listens unheard, and then joins in', async () => {
    await boris.goto(`${server.url}/floor`);
    await boris.getByRole('button', { name: t('monitor-listen'), exact: true }).click();
    await bar(boris).getByText(t('monitor-listen-on')).waitFor();
    await hears(boris, 'both of them');
    await bar(boris).getByRole('button', { name: t('monitor-barge'), exact: true }).click();
    await bar(boris).getByText(t('monitor-barge-on')).waitFor();
    await bar(boris).getByRole('button', { name: t('monitor-leave'), exact: true }).click();
    await bar(boris).waitFor({ state: 'hidden' });
  });

  await step('he takes the customer over, and hands him back', async () => {
    await boris.getByRole('button', { name: t('monitor-listen'), exact: true }).click();
    await bar(boris).getByText(t('monitor-listen-on')).waitFor();
    await bar(boris).getByRole('button', { name: t('take-over'), exact: true }).click();
    await bar(anna).waitFor({ state: 'hidden' });
    await bar(boris).getByText(t('call-talking')).waitFor();
    await Promise.all([hears(boris, 'the customer who is his now'), hears(inside(customer), 'who has taken over')]);
    await until('silence at who has lost him', async () => (await loudness(anna)) < QUIET);
    await boris.goto(`${server.url}/desk`);
    await bar(boris).waitFor();
    await hears(boris, 'the customer after he went to his desk');
    await boris.keyboard.press('F9');
    const dialog = boris.getByRole('dialog');
    await dialog.getByRole('radio', { name: new RegExp(ANNA.name) }).check();
    await dialog.getByRole('button', { name: t('transfer'), exact: true }).click();
    await anna.getByRole('button', { name: new RegExp(t('answer-call')) }).first().click();
    await bar(anna).getByText(t('call-talking')).waitFor();
    await bar(boris).waitFor({ state: 'hidden' });
    await Promise.all([hears(anna, 'her customer again'), hears(inside(customer), 'her again')]);
    await boris.getByRole('button', { name: `${t('phone')}: ${t('line-ready')}` }).waitFor();
  });

  await step('she hands the customer to a colleague, who answers in his browser', async () => {
    await choosePresence(anna, 'presence-offline');
    await anna.keyboard.press('F9');
    const dialog = anna.getByRole('dialog');
    await dialog.getByRole('radio', { name: new RegExp(BORIS.name) }).check();
    await dialog.getByRole('textbox', { name: t('transfer-note') }).fill('asks for the blue window');
    await dialog.getByRole('button', { name: t('transfer'), exact: true }).click();
    await boris.getByRole('button', { name: new RegExp(t('answer-call')) }).first().click();
    await bar(boris).waitFor();
    await Promise.all([hears(boris, 'the customer'), hears(inside(customer), 'the colleague')]);
    await bar(anna).waitFor({ state: 'hidden' });
    await boris.getByText('asks for the blue window').waitFor();
  });

  await step('the customer hangs up: the card says so, with its recording', async () => {
    await widget.getByRole('button', { name: 'End the call' }).click();
    await widget.getByText('The call has ended').waitFor();
    await bar(boris).waitFor({ state: 'hidden' });
    await card(boris).getByText(/talked .*the customer hung up/).waitFor();
    await card(boris).getByRole('slider', { name: t('recording-position') }).waitFor();
    const [over] = await api.all('/calls?state=ended&direction=inbound&talked=true');
    const { recordings } = await api.get(`/interactions/${over.interaction}/calls`);
    assert.ok(recordings.length > 0, 'there is a recording');
    const shape = await api.get(`/recordings/${recordings[0].id}/waveform`);
    assert.ok(Math.max(...shape.left) > 20, 'the customer is on it');
    assert.ok(Math.max(...shape.right) > 20, 'what he heard is on it');
    await card(boris).getByRole('button', { name: t('play-sound') }).first().click();
    await until('the recording to play', () => boris.evaluate(() => [...document.querySelectorAll('article audio')].some((one) => one.currentTime > 0.2)));
  });

  await step('a customer who hangs up in the queue is nobody’s miss', async () => {
    await choosePresence(boris, 'presence-offline');
    const panel = await call();
    await panel.getByText(/You are next|You are in the queue|place in the queue/).waitFor();
    await hears(inside(customer), 'music');
    await panel.getByRole('button', { name: 'End the call' }).click();
    await boris.goto(`${server.url}/calls?show=unanswered`);
    await boris.getByText(/customer hung up after/).waitFor();
    assert.ok((await agents()).every((one) => one.by !== 'rona'), 'nobody was paused for it');
    const { violations } = await new AxeBuilder({ page: boris }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`), []);
  });

  await step('the ledger has both calls, and each has one record', async () => {
    const owner = await new Api(server.url).signIn(OWNER);
    // Besides, two between colleagues.
    const calls = await owner.all('/calls?direction=inbound');
    assert.equal(calls.length, 2);
    assert.equal((await owner.all('/calls?direction=outbound')).length, 2);
    assert.ok(calls.every((one) => one.state.kind === 'ended'));
    const left = calls.find((one) => one.connected === null);
    // Who hangs up within five seconds has taken his wish back himself; others have to be called back.
    const missed = left.state.at - left.started < 5_000 ? 'withdrawn' : 'open';
    const units = (await owner.all('/ledger?state=all')).filter((one) => one.kind === 'call');
    assert.deepEqual(units.map((one) => one.state).sort(), ['answered', missed]);
  });

  await browser.close();
  shop.close();
  await server.end();
});
after(stopPeers);
