import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backOff, Conn } from './conn';
import type { ClientFrame, ServerFrame } from './types';

/** A WebSocket whose other side is the test. */
class FakeSocket {
  static all: FakeSocket[] = [];
  sent: ClientFrame[] = [];
  onopen?: () => void;
  onmessage?: (e: { data: string }) => void;
  onclose?: () => void;
  closed = false;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as ClientFrame);
  }
  close() {
    if (this.closed) return;
    this.closed = true;
    this.onclose?.();
  }
  open() {
    this.onopen?.();
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const welcome = { t: 'welcome', token: 'T', visitor: 'v', interaction: null, online: true, agent_name: null, read: 0, known: false };
const last = () => FakeSocket.all.at(-1)!;

function make() {
  const heard: ServerFrame[] = [];
  const links: boolean[] = [];
  let token: string | null = null;
  const conn = new Conn({
    url: (door) => `https://desk.example/api/v1/visitor/${door}?key=wk_1`,
    hello: () => ({ t: 'hello', token, resume: 0, interaction: null, language: 'en', page: '' }),
    token: () => token,
    frame: (frame) => {
      if (frame.t === 'welcome') token = frame.token;
      heard.push(frame);
    },
    link: (up) => links.push(up),
  });
  return { conn, heard, links };
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('back-off', () => {
  it('doubles from half a second to half a minute, with 50 % of chance', () => {
    expect([0, 1, 2, 6, 7, 50].map((n) => backOff(n, 0.5))).toEqual([500, 1000, 2000, 30_000, 30_000, 30_000]);
    expect(backOff(0, 0)).toBe(250);
    expect(backOff(50, 1)).toBe(45_000);
  });
});

describe('the socket', () => {
  it('says hello, is up after the welcome, and comes back with its token', () => {
    const { conn, links } = make();
    conn.start();
    expect(last().url).toBe('wss://desk.example/api/v1/visitor/socket?key=wk_1');
    last().open();
    expect(conn.send({ t: 'ping' })).toBe(false);
    last().say(welcome);
    expect(conn.send({ t: 'ping' })).toBe(true);
    last().close();
    expect(links).toEqual([true, false]);
    vi.advanceTimersByTime(499);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    last().open();
    expect(last().sent[0]).toMatchObject({ t: 'hello', token: 'T' });
    conn.stop();
  });

  it('does not wait for a server that takes the connection and says nothing', () => {
    const { conn } = make();
    conn.start();
    last().open();
    vi.advanceTimersByTime(10_000);
    expect(FakeSocket.all[0]!.closed).toBe(true);
    conn.stop();
  });

  it('finds a half-open line by its silence', () => {
    const { conn, links } = make();
    conn.start();
    last().open();
    last().say(welcome);
    vi.advanceTimersByTime(75_000);
    expect(links).toEqual([true, false]);
    expect(FakeSocket.all).toHaveLength(2);
    conn.stop();
  });

  it('comes at once when the network is back', () => {
    const { conn } = make();
    conn.start();
    last().close();
    dispatchEvent(new Event('online'));
    expect(FakeSocket.all).toHaveLength(2);
    conn.stop();
  });

  it('ends for good when it is stopped', () => {
    const { conn } = make();
    conn.start();
    conn.stop();
    vi.advanceTimersByTime(100_000);
    expect(FakeSocket.all).toHaveLength(1);
  });
});

describe('without WebSockets', () => {
  it('polls after two tries, keeps posts in order and resumes at the cursor', async () => {
    const requests: { url: string; body?: string }[] = [];
    const waiting: ((a: object) => void)[] = [];
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      requests.push({ url, body: init.body as string });
      const json = (body: object) => ({ ok: true, json: () => Promise.resolve(body) });
      if (init.method === 'POST') {
        const { frames } = JSON.parse(init.body as string) as { frames: ClientFrame[] };
        const answer = frames[0]!.t === 'hello' ? [welcome] : [{ t: 'pong' }];
        return Promise.resolve(json({ frames: answer, cursor: 'c1' }));
      }
      return new Promise((resolve) => waiting.push((body) => resolve(json(body))));
    });
    const { conn, heard, links } = make();
    conn.start();
    last().close();
    await vi.advanceTimersByTimeAsync(500);
    last().close();
    await vi.advanceTimersByTimeAsync(1000);
    await vi.dynamicImportSettled();
    await vi.advanceTimersByTimeAsync(0);
    expect(links).toEqual([true]);
    expect(requests[0]!.url).toBe('https://desk.example/api/v1/visitor/frames?key=wk_1');
    expect(requests[1]!.url).toContain('&after=c1&wait=25');
    expect(conn.send({ t: 'read', number: 1 })).toBe(true);
    expect(conn.send({ t: 'ping' })).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(requests.slice(2).map((r) => (JSON.parse(r.body!) as { frames: ClientFrame[] }).frames[0]!.t)).toEqual(['read', 'ping']);
    waiting[0]!({ frames: [{ t: 'read', number: 3 }], cursor: 'c2' });
    await vi.advanceTimersByTimeAsync(0);
    expect(heard.some((f) => f.t === 'read' && f.number === 3)).toBe(true);
    expect(requests.at(-1)!.url).toContain('&after=c2');
    conn.stop();
  });
});
