import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Chat } from './chat.svelte';
import type { ClientFrame } from './types';
import { load } from './words';

/** A server with a commit log, behind sockets that the test can cut. */
class Server {
  static current: Server;
  said: { client_id: string; text: string }[] = [];
  sockets: Line[] = [];
  /** Acknowledgements are lost on the way. */
  mute = false;
  refuse: { code: string; retry_ms?: number } | undefined;

  take(line: Line, frame: ClientFrame) {
    if (frame.t === 'hello') {
      line.say({ t: 'welcome', token: 'T', visitor: 'v', interaction: this.said.length ? 'i' : null, online: true, read: 0, known: false });
      this.said.forEach((m, i) => i + 1 > frame.resume && line.say(this.message(m, i + 1)));
    } else if (frame.t === 'say') {
      if (this.refuse) return line.say({ t: 'refused', client_id: frame.client_id, detail: 'no', ...this.refuse });
      let number = this.said.findIndex((m) => m.client_id === frame.client_id) + 1;
      if (!number) {
        number = this.said.push({ client_id: frame.client_id, text: frame.text });
        if (!this.mute) line.say(this.message(this.said[number - 1]!, number));
      }
      if (!this.mute) line.say({ t: 'ack', client_id: frame.client_id, number, at: 1, interaction: 'i', id: `m${number}` });
    }
  }
  message(m: { client_id: string; text: string }, number: number) {
    return { t: 'message', interaction: 'i', number, id: `m${number}`, from: 'me', author: '', at: 1, attachments: [], ...m };
  }
  cut() {
    this.sockets.splice(0).forEach((s) => s.close());
  }
}

class Line {
  onopen?: () => void;
  onmessage?: (e: { data: string }) => void;
  onclose?: () => void;
  #over = false;
  constructor() {
    Server.current.sockets.push(this);
    queueMicrotask(() => this.onopen?.());
  }
  send(text: string) {
    queueMicrotask(() => !this.#over && Server.current.take(this, JSON.parse(text) as ClientFrame));
  }
  say(frame: object) {
    if (!this.#over) this.onmessage?.({ data: JSON.stringify(frame) });
  }
  close() {
    if (this.#over) return;
    this.#over = true;
    this.onclose?.();
  }
}

const texts = await load('en');
const open = () => new Chat('wk', texts, 'https://shop.example', { focus: () => undefined, style: () => undefined });
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  Server.current = new Server();
  vi.stubGlobal('WebSocket', Line);
  vi.stubGlobal('fetch', () => Promise.resolve({ ok: false }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a conversation', () => {
  it('arrives once and in order, whatever happens to the line', async () => {
    const chat = open();
    await settle();
    chat.say('1', []);
    await settle();
    Server.current.mute = true;
    chat.say('2', []);
    chat.say('3', []);
    await settle();
    // The server has 2, but the visitor does not know it; 3 waits behind it.
    expect(Server.current.said.map((m) => m.text)).toEqual(['1', '2']);
    Server.current.cut();
    Server.current.mute = false;
    chat.say('4', []);
    expect(chat.unsent.map((m) => m.text)).toEqual(['2', '3', '4']);
    await settle(60_000);
    expect(Server.current.said.map((m) => m.text)).toEqual(['1', '2', '3', '4']);
    expect(chat.said.map((m) => m.text)).toEqual(['1', '2', '3', '4']);
    expect(chat.unsent).toEqual([]);
  });

  it('goes on after the page was closed with words on their way', async () => {
    const first = open();
    await settle();
    Server.current.mute = true;
    first.say('1', []);
    first.say('2', []);
    await settle();
    Server.current.mute = false;
    const next = open();
    expect(next.unsent.map((m) => m.text)).toEqual(['1', '2']);
    await settle(1_000);
    expect(Server.current.said.map((m) => m.text)).toEqual(['1', '2']);
    expect(next.said.map((m) => m.text)).toEqual(['1', '2']);
    expect(Object.keys(localStorage).filter((name) => name.includes('unsent'))).toEqual([]);
  });

  it('waits and tries again when the server asks for it, and keeps what it refuses for good', async () => {
    const chat = open();
    await settle();
    Server.current.refuse = { code: 'throttled', retry_ms: 2_000 };
    chat.say('1', []);
    chat.say('2', []);
    await settle();
    expect(chat.notice).not.toBe('');
    Server.current.refuse = undefined;
    await settle(2_500);
    expect(Server.current.said.map((m) => m.text)).toEqual(['1', '2']);
    Server.current.refuse = { code: 'too_long' };
    chat.say('3', []);
    await settle();
    expect(chat.unsent[0]?.refused).toBe(texts.t('tooLong'));
    Server.current.refuse = undefined;
    chat.settle(chat.unsent[0]!, true);
    await settle();
    expect(Server.current.said.map((m) => m.text)).toEqual(['1', '2', '3']);
  });
});
