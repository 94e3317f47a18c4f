import type { Unsent } from './log';

/** An id that nobody else makes: 128 random bits (`randomUUID` exists only on secure pages). */
export const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');

/**
 * What the visitor's browser remembers for one widget key. Every unsent message has a record of its own, so that two tabs of
 * one visitor never overwrite each other's. Without storage (blocked, full) it lives as long as the page.
 */
export class Keep {
  readonly #memory = new Map<string, string>();
  readonly #prefix: string;

  constructor(key: string) {
    this.#prefix = `okno:${key}:`;
  }

  get(name: string): string | null {
    try {
      return localStorage.getItem(this.#prefix + name) ?? this.#memory.get(name) ?? null;
    } catch {
      return this.#memory.get(name) ?? null;
    }
  }

  set(name: string, value: string | null) {
    if (value === null) this.#memory.delete(name);
    else this.#memory.set(name, value);
    try {
      if (value === null) localStorage.removeItem(this.#prefix + name);
      else localStorage.setItem(this.#prefix + name, value);
    } catch {
      // Kept in memory.
    }
  }

  unsent(): Unsent[] {
    const start = `${this.#prefix}unsent:`;
    const texts = new Map([...this.#memory].filter(([name]) => name.startsWith('unsent:')));
    try {
      for (let i = 0; i < localStorage.length; i++) {
        const name = localStorage.key(i);
        if (name?.startsWith(start)) texts.set(name.slice(this.#prefix.length), localStorage.getItem(name) ?? '');
      }
    } catch {
      // Memory only.
    }
    return [...texts.values()].flatMap(read).sort((a, b) => a.n - b.n);
  }

  keep(message: Unsent) {
    this.set(`unsent:${message.client_id}`, JSON.stringify(message));
  }

  drop(client_id: string) {
    this.set(`unsent:${client_id}`, null);
  }
}

/** A record of another version or a damaged one is left out rather than shown broken. */
function read(text: string): Unsent[] {
  try {
    const m = JSON.parse(text) as Unsent;
    return typeof m.client_id === 'string' && typeof m.text === 'string' && Array.isArray(m.attachments) ? [m] : [];
  } catch {
    return [];
  }
}
