import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Conversation, type Pending } from '../src/sync/conversation.svelte';

let online = false;
const sent: { client_id: string; text: string }[] = [];
const message = (client_id: string, text: string): Pending => ({ client_id, kind: 'outbound', text, attachments: [], at: 1 });

beforeEach(() => {
  sessionStorage.clear();
  sent.length = 0;
  online = false;
  vi.stubGlobal('fetch', async (_url: string, options: { body: string }) => {
    if (!online) throw new TypeError('Failed to fetch');
    const body = JSON.parse(options.body) as { client_id: string; text: string };
    sent.push({ client_id: body.client_id, text: body.text });
    const number = sent.length;
    return new Response(JSON.stringify({ ...body, id: `m${number}`, number, kind: 'outbound', interaction: 'i1' }), { status: 201 });
  });
});
afterEach(() => vi.unstubAllGlobals());

test('what found no server is sent once, in its order, when the server is back', async () => {
  const talk = new Conversation('i1', undefined, 'u1');
  await talk.send(message('a', 'first'));
  await talk.send(message('b', 'second'));
  expect(talk.pending.map((p) => p.error)).toEqual(['offline', 'offline']);
  online = true;
  await Promise.all([talk.resend(), talk.resend()]);
  expect(sent).toEqual([
    { client_id: 'a', text: 'first' },
    { client_id: 'b', text: 'second' },
  ]);
  expect(talk.pending).toEqual([]);
  expect(talk.messages.map((m) => m.text)).toEqual(['first', 'second']);
});

test('what found no server survives a reload, for its own user only', async () => {
  await new Conversation('i1', undefined, 'u1').send(message('a', 'first'));
  expect(new Conversation('i1', undefined, 'u2').pending).toEqual([]);
  const again = new Conversation('i1', undefined, 'u1');
  expect(again.pending.map((p) => p.text)).toEqual(['first']);
  online = true;
  await again.resend();
  expect(sent.map((m) => m.client_id)).toEqual(['a']);
  expect(new Conversation('i1', undefined, 'u1').pending).toEqual([]);
});
