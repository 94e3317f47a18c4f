// A caller with a real telephone (baresip) and an agent in a real browser, or with a desk phone: what each hears is measured.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SOUND, choosePresence, launch, person, signIn, steps } from './lib/browser.mjs';
import { ANNA, OWNER } from './lib/company.mjs';
import { NUMBER, agents, callUnits, callsOver, closeAll, ends, hotline, phonesReady } from './lib/hotline.mjs';
import { stopPeers } from './lib/peers.mjs';
import { Api } from './lib/api.mjs';
import { Baresip, hasTone, isLoud, isQuiet } from './lib/sip.mjs';
import { QUIET, hears, listen, loudness } from './lib/sound.mjs';
import { amplitude, rms, samples } from './lib/tone.mjs';
import { until } from './lib/wait.mjs';
import { t } from './lib/words.mjs';

const bar = (page) => page.getByRole('region', { name: t('phone-bar'), exact: true });
const CALLER = '127.0.0.1';
const DESK = '127.0.0.1';
/** What the caller says, and what the agent's desk phone says. */
const [HIS, HERS] = [700, 1100];

/** The sound of a recording as REST gives it. */
async function recording(api, interaction) {
  const { recordings } = await until('the recording to be complete', async () => {
    const found = await api.get(`/interactions/${interaction}/calls`);
    return found.recordings.length > 0 && found.recordings.every((one) => one.ended) && found;
  });
  const answer = await fetch(`${api.url}/api/v1/recordings/${recordings[0].id}/audio.wav`, { headers: { cookie: api.cookie } });
  assert.equal(answer.status, 200);
  return samples(Buffer.from(await answer.arrayBuffer()));
}

test('a telephone calls, and a browser answers', { timeout: 300_000 }, async (story) => {
  const company = await hotline({ provider: CALLER });
  const { api, server, sip } = company;
  const browser = await launch(SOUND);
  const pages = [];
  const step = steps(story, 'sip', pages);
  let anna, caller;

  await step('an agent becomes available in her browser', async () => {
    anna = await person(browser, { permissions: ['microphone'] });
    anna.on('dialog', (dialog) => dialog.accept());
    pages.push(anna);
    await listen(anna.context());
    await signIn(anna, server, ANNA);
    await choosePresence(anna, 'presence-available');
    await anna.getByRole('button', { name: `${t('phone')}: ${t('line-ready')}` }).waitFor();
    await until('okno to know her phone', async () => (await api.all('/agents')).find((one) => one.name === ANNA.name)?.phone === true);
  });

  await step('a telephone calls and hears music, and her browser rings', async () => {
    caller = await Baresip.start({ ip: CALLER, hz: HIS, dial: `sip:${NUMBER}@${sip}` });
    await caller.hears('music', isLoud);
    await anna.getByRole('button', { name: new RegExp(t('answer-call')) }).first().waitFor();
  });

  await step('she answers by a key, and each hears the other', async () => {
    await anna.keyboard.press('F2');
    await bar(anna).waitFor();
    await hears(anna, 'the telephone');
    // The browser's microphone beeps once a second.
    await caller.hears('the browser', isLoud);
    const [call] = await api.all('/calls?state=live');
    assert.equal(call.state.kind, 'talking');
    assert.equal(call.number, '+48601234567');
  });

  await step('on hold he hears music and she hears nobody, and back', async () => {
    await anna.keyboard.press('F8');
    await bar(anna).getByText(t('call-held')).waitFor();
    await caller.hears('music on hold', isLoud);
    await until('silence at the agent', async () => (await loudness(anna)) < QUIET);
    await anna.keyboard.press('F8');
    await bar(anna).getByText(t('call-talking')).waitFor();
    await hears(anna, 'the telephone after the hold');
  });

  await step('muted he hears nothing', async () => {
    await anna.keyboard.press('F7');
    await bar(anna).getByText(t('muted')).waitFor();
    await caller.hears('nothing', isQuiet);
    await anna.keyboard.press('F7');
    await caller.hears('the browser again', isLoud);
  });

  await step('he hangs up: one record with its cause, a recording with both sides, the unit answered', async () => {
    await caller.end();
    await bar(anna).waitFor({ state: 'hidden' });
    const calls = await callsOver(api, 1);
    assert.deepEqual(ends(calls), { 'customer normal': 1 });
    assert.ok(calls[0].talk_ms > 0 && calls[0].hold_ms > 0);
    const owner = await new Api(server.url).signIn(OWNER);
    const { channels, rate } = await recording(owner, calls[0].interaction);
    assert.equal(channels.length, 2);
    assert.ok(channels[0].length > rate, 'longer than a second');
    assert.ok(channels.every((sound) => rms(sound) > 0.003), `both sides are on it: ${channels.map(rms)}`);
    const units = await callUnits(owner);
    assert.deepEqual(units.map((unit) => unit.state), ['answered']);
  });

  await browser.close();
  await server.end();
});

test('a telephone calls, and a desk phone answers', { timeout: 180_000 }, async (story) => {
  const company = await hotline({ provider: CALLER });
  const { api, server, sip, sipPort } = company;
  const [agent] = await agents(company, 1);
  const step = steps(story, 'desk-phone', []);
  let phone, caller;

  await step('a desk phone registers with its password', async () => {
    phone = await Baresip.start({ ip: DESK, hz: HERS, register: { ...agent.phone, port: sipPort } });
    await phonesReady(api, [agent]);
    const [known] = (await api.get('/phones')).items;
    assert.match(known.registered[0].user_agent, /baresip/);
    await agent.come();
  });

  await step('it is rung and answers, and each hears the other', async () => {
    caller = await Baresip.start({ ip: CALLER, hz: HIS, dial: `sip:${NUMBER}@${sip}` });
    await caller.hears('the agent', hasTone(HERS));
    await phone.hears('the caller', hasTone(HIS));
  });

  await step('on hold neither hears the other, and back', async () => {
    const [call] = await api.all('/calls?state=live');
    await agent.api.post(`/calls/${call.id}/command`, { act: 'hold', on: true });
    await caller.hears('music instead of the agent', (second) => isLoud(second) && !hasTone(HERS)(second));
    // Nothing at all is sent to whom nobody talks to: the caller's music is the clock.
    const mark = phone.since(0).length;
    await caller.hears('a second of music', isLoud);
    assert.ok(!hasTone(HIS)(phone.since(mark)), 'the agent does not hear the caller');
    await agent.api.post(`/calls/${call.id}/command`, { act: 'hold', on: false });
    await Promise.all([caller.hears('the agent', hasTone(HERS)), phone.hears('the caller', hasTone(HIS))]);
  });

  await step('the agent hangs up: the record says so, the recording has each on his side', async () => {
    await phone.end();
    const calls = await callsOver(api, 1);
    assert.deepEqual(ends(calls), { 'agent normal': 1 });
    const owner = await new Api(server.url).signIn(OWNER);
    const { channels, rate } = await recording(owner, calls[0].interaction);
    const anySecond = (sound, wanted) => Array.from({ length: Math.floor(sound.length / rate) }, (_, i) => sound.slice(i * rate, (i + 1) * rate)).some(wanted);
    const tone = (hz) => (second) => amplitude(second, hz, rate) > 0.05;
    assert.ok(anySecond(channels[0], tone(HIS)), 'the caller is on the left');
    assert.ok(anySecond(channels[1], tone(HERS)), 'the agent is on the right');
    assert.ok(!anySecond(channels[0], tone(HERS)), 'and not on the left');
    await caller.end();
  });

  agent.desk.close();
  await server.end();
});

after(async () => {
  await closeAll();
  await stopPeers();
});
