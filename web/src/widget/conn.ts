import type { Poll } from './poll';
import type { ClientFrame, ServerFrame } from './types';

/** Shortest and longest wait before the next try, milliseconds. */
const BACK_OFF = [500, 30_000] as const;
/** Two tries without a welcome: something between us does not let WebSockets through. */
const SOCKET_TRIES = 2;
/** The server has to welcome us within this time, milliseconds. */
const WELCOME = 10_000;
const PING = 25_000;
/** Silence after which the connection counts as half open, milliseconds: a ping and its answer fit twice. */
const SILENCE = 60_000;

export interface Options {
  /** Address of a visitors' door, with the key. */
  url(door: string): string;
  /** The first frame of every connection, made anew each time. */
  hello(): ClientFrame;
  token(): string | null;
  frame(frame: ServerFrame): void;
  link(up: boolean): void;
}

export interface Answer {
  frames: ServerFrame[];
  cursor: string;
}

/** The wait before try number `tries` (from 0): doubled each time, +-50 %, so that a crowd does not come back at once. */
export const backOff = (tries: number, random = Math.random()) =>
  Math.min(BACK_OFF[1], BACK_OFF[0] * 2 ** Math.min(tries, 10)) * (0.5 + random);

/**
 * A connection that is always there: a WebSocket, or a long poll where WebSockets do not pass. It promises no delivery: what
 * has to arrive is kept by the caller until the server acknowledges it, and sent again after each welcome.
 */
export class Conn {
  #socket?: WebSocket;
  #polling?: AbortController;
  #poll?: Poll;
  #timer?: ReturnType<typeof setTimeout>;
  #watch?: ReturnType<typeof setInterval>;
  #tries = 0;
  #unwelcome = 0;
  #up = false;
  #stopped = true;
  #heard = 0;

  constructor(private readonly options: Options) {}

  /** Welcomed and not yet lost. */
  get up() {
    return this.#up;
  }

  start() {
    this.#stopped = false;
    addEventListener('online', this.restart);
    this.#connect();
  }

  stop() {
    this.#stopped = true;
    removeEventListener('online', this.restart);
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Drops what is there and connects at once: the network changed, or the other side is silent. */
  restart = () => {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#drop();
    this.#connect();
  };

  /** Sends a frame if the line is up; says whether it was handed over. */
  send(frame: ClientFrame): boolean {
    if (!this.#up) return false;
    if (this.#socket) this.#socket.send(JSON.stringify(frame));
    else this.#poll?.send(frame);
    return true;
  }

  #connect() {
    if (this.#unwelcome < SOCKET_TRIES && 'WebSocket' in globalThis) this.#openSocket();
    else void this.#openPoll();
  }

  #openSocket() {
    const { url, hello } = this.options;
    let socket: WebSocket;
    try {
      socket = new WebSocket(url('socket').replace(/^http/, 'ws'));
    } catch {
      this.#unwelcome = SOCKET_TRIES;
      return this.#lost();
    }
    this.#socket = socket;
    this.#unwelcome += 1;
    const late = setTimeout(() => socket.close(), WELCOME);
    socket.onopen = () => socket.send(JSON.stringify(hello()));
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      const frame = parse(data);
      if (frame?.t === 'welcome') clearTimeout(late);
      if (frame) this.#deliver(frame);
    };
    socket.onclose = () => {
      clearTimeout(late);
      if (this.#socket === socket) this.#lost();
    };
    this.#heard = Date.now();
    clearInterval(this.#watch);
    this.#watch = setInterval(() => {
      if (Date.now() - this.#heard > SILENCE) this.restart();
      else this.send({ t: 'ping' });
    }, PING);
  }

  async #openPoll() {
    const { signal } = (this.#polling = new AbortController());
    try {
      const { Poll } = await import('./poll');
      if (signal.aborted) return;
      this.#poll = new Poll(this.options, signal, (frame) => this.#deliver(frame), this.restart);
      await this.#poll.run();
    } catch {
      if (signal.aborted) return;
      this.#unwelcome = 0; // the server itself was away, or it became a server that speaks WebSocket
      this.#lost();
    }
  }

  #deliver(frame: ServerFrame) {
    this.#heard = Date.now();
    if (frame.t === 'welcome') {
      this.#tries = 0;
      this.#unwelcome = this.#poll ? this.#unwelcome : 0;
      this.#up = true;
      // First the frame: it holds the token that whatever follows needs.
      this.options.frame(frame);
      this.options.link(true);
    } else this.options.frame(frame);
  }

  #lost() {
    this.#drop();
    if (!this.#stopped) this.#timer = setTimeout(() => this.#connect(), backOff(this.#tries++));
  }

  #drop() {
    clearInterval(this.#watch);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#polling?.abort();
    this.#polling = this.#poll = undefined;
    if (this.#up) {
      this.#up = false;
      this.options.link(false);
    }
  }
}

function parse(data: unknown): ServerFrame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === 'object' && frame !== null && 't' in frame ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
