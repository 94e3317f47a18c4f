import type { Answer, Options } from './conn';
import type { ClientFrame, ServerFrame } from './types';

/** Seconds that a long poll may rest at the server. */
const REST = 25;

/** The line without a WebSocket. A file of its own that only those load who need it, so it imports nothing of the others. */
export class Poll {
  /** Frames go out one request after the other, so that they stay in order. */
  #posts: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: Options,
    private readonly signal: AbortSignal,
    private readonly deliver: (frame: ServerFrame) => void,
    /** A frame did not get through. */
    private readonly failed: () => void,
  ) {}

  /** Runs until a request fails or the signal ends it. */
  async run() {
    let answer = await this.#post(this.options.hello());
    for (;;) {
      this.#take(answer);
      answer = await this.#fetch(`&after=${encodeURIComponent(answer.cursor)}&wait=${REST}`, {});
    }
  }

  send(frame: ClientFrame) {
    this.#posts = this.#posts
      .then(() => this.#post(frame))
      .then(
        (answer) => this.#take(answer),
        () => this.signal.aborted || this.failed(),
      );
  }

  #take({ frames }: Answer) {
    for (const frame of frames) if (!this.signal.aborted) this.deliver(frame);
  }

  #post(frame: ClientFrame): Promise<Answer> {
    const body = JSON.stringify({ token: this.options.token(), frames: [frame] });
    return this.#fetch('', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  }

  async #fetch(query: string, init: RequestInit): Promise<Answer> {
    const { url, token } = this.options;
    const headers = { ...(init.headers as Record<string, string>), 'x-okno-visitor': token() ?? '' };
    const answer = await fetch(url('frames') + query, { ...init, headers, signal: this.signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()) as Answer;
  }
}
