/** The desk's one socket: resumes after the last event seen, hands frames over once per animation frame. */
import type { ClientFrame, ServerFrame } from './types';

export type Link = 'live' | 'delayed' | 'lost';
interface Handlers {
  frames(batch: ServerFrame[]): void;
  link(state: Link): void;
  /** The last sequence number applied; `null` asks for a snapshot. */
  resume(): number | null;
  /** The server refused the socket because nobody is signed in. */
  signedOut(): void;
}

const FIRST_MS = 500;
const LAST_MS = 30_000;
/** Silence of the server after which the link is said to be delayed, and then given up. Heartbeats come every 15 s. */
const DELAYED_MS = 20_000;
const DEAD_MS = 40_000;

/** 0.5 s doubling to 30 s, ± 50 %, so that a thousand desks do not come back at once. */
export const backoff = (tries: number, random: () => number = Math.random) => Math.min(LAST_MS, FIRST_MS * 2 ** tries) * (0.5 + random());

export class Socket {
  #ws: WebSocket | undefined;
  #tries = 0;
  #timer = 0;
  #stopped = true;
  #heard = 0;
  #queue: ServerFrame[] = [];
  #scheduled = false;
  #worker: Worker | undefined;
  readonly #on: Handlers;

  constructor(on: Handlers) {
    this.#on = on;
  }

  start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#worker = new Worker(new URL('./heartbeat.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = () => this.#beat();
    addEventListener('online', this.#now);
    this.#open();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    removeEventListener('online', this.#now);
    this.#worker?.terminate();
    this.#ws?.close();
  }

  /** Answers whether it went out. */
  send(frame: ClientFrame): boolean {
    if (this.#ws?.readyState !== WebSocket.OPEN) return false;
    this.#ws.send(JSON.stringify(frame));
    return true;
  }

  /** A gap was seen: start again from a snapshot. */
  restart() {
    this.#ws?.close();
  }

  #now = () => {
    this.#tries = 0;
    if (this.#ws?.readyState !== WebSocket.OPEN) this.#open();
  };

  #open() {
    clearTimeout(this.#timer);
    if (this.#stopped || this.#ws?.readyState === WebSocket.CONNECTING) return;
    const ws = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/socket`);
    this.#ws = ws;
    ws.onopen = () => {
      this.#heard = Date.now();
      this.#on.link('live');
      this.send({ t: 'hello', resume: this.#on.resume() });
    };
    ws.onmessage = (m: MessageEvent<string>) => {
      if (ws !== this.#ws) return;
      this.#heard = Date.now();
      this.#tries = 0;
      this.#on.link('live');
      this.#queue.push(JSON.parse(m.data) as ServerFrame);
      this.#schedule();
    };
    ws.onclose = (e) => {
      if (ws !== this.#ws) return;
      // What came before the end counts: the resume number must be exact.
      this.#flush();
      this.#on.link('lost');
      if (e.code === 4401) this.#on.signedOut();
      if (!this.#stopped) this.#timer = window.setTimeout(() => this.#open(), backoff(this.#tries++));
    };
  }

  #beat() {
    const silent = Date.now() - this.#heard;
    if (this.#ws?.readyState !== WebSocket.OPEN) return;
    if (silent > DEAD_MS) this.#ws.close();
    else if (silent > DELAYED_MS) this.#on.link('delayed');
    this.send({ t: 'ping' });
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (document.hidden) setTimeout(() => this.#flush(), 250);
    else requestAnimationFrame(() => this.#flush());
  }

  #flush() {
    this.#scheduled = false;
    const batch = this.#queue;
    this.#queue = [];
    if (batch.length) this.#on.frames(batch);
  }
}
