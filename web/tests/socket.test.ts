import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backoff, Socket, type Link } from '../src/lib/socket';
import type { ServerFrame } from '../src/lib/types';

class FakeSocket {
  static all: FakeSocket[] = [];
  static CONNECTING = 0;
  static OPEN = 1;
  readyState = 0;
  sent: string[] = [];
  onopen?: () => void;
  onmessage?: (m: { data: string }) => void;
  onclose?: (e: { code: number }) => void;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  close(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
class FakeWorker {
  static last: FakeWorker;
  onmessage?: () => void;
  constructor() {
    FakeWorker.last = this;
  }
  terminate() {}
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('requestAnimationFrame', (f: () => void) => setTimeout(f, 16));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function desk() {
  const seen = { frames: [] as ServerFrame[][], links: [] as Link[], resume: null as number | null, out: 0 };
  const socket = new Socket({
    frames: (batch) => {
      seen.frames.push(batch);
      for (const f of batch) if ('seq' in f) seen.resume = f.seq;
    },
    link: (state) => seen.links.push(state),
    resume: () => seen.resume,
    signedOut: () => seen.out++,
  });
  socket.start();
  return { socket, seen, now: () => FakeSocket.all[FakeSocket.all.length - 1]! };
}

test('waits longer after each failure, at most 30 s, give or take a half', () => {
  expect([0, 1, 2, 10].map((n) => backoff(n, () => 0.5))).toEqual([500, 1000, 2000, 30_000]);
  expect(backoff(3, () => 0)).toBe(2000);
  expect(backoff(20, () => 0.999)).toBeLessThan(45_000);
});

test('frames of one animation frame come together, and a reconnect resumes after the last of them', () => {
  const { seen, now, socket } = desk();
  now().open();
  expect(JSON.parse(now().sent[0]!)).toEqual({ t: 'hello', resume: null });
  now().onmessage?.({ data: '{"t":"skip","seq":7}' });
  now().onmessage?.({ data: '{"t":"skip","seq":8}' });
  expect(seen.frames).toEqual([]);
  // The connection breaks before the frame was drawn: nothing may be lost or asked for twice.
  now().close();
  expect(seen.frames.map((b) => b.length)).toEqual([2]);
  vi.advanceTimersByTime(1000);
  now().open();
  expect(JSON.parse(now().sent[0]!)).toEqual({ t: 'hello', resume: 8 });
  expect(seen.links).toEqual(['live', 'live', 'live', 'lost', 'live']);
  socket.stop();
});

test('silence is told, then given up', () => {
  const { seen, now, socket } = desk();
  now().open();
  vi.advanceTimersByTime(21_000);
  FakeWorker.last.onmessage?.();
  expect(seen.links.at(-1)).toBe('delayed');
  expect(now().sent.at(-1)).toBe('{"t":"ping"}');
  vi.advanceTimersByTime(20_000);
  FakeWorker.last.onmessage?.();
  expect(seen.links.at(-1)).toBe('lost');
  socket.stop();
});

test('a stopped socket stays closed', () => {
  const { now, socket } = desk();
  now().open();
  socket.stop();
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all.length).toBe(1);
});
