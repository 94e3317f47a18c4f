import type { File, Said } from './types';

/** A message that the server has not acknowledged yet. */
export interface Unsent {
  client_id: string;
  /** Order of writing. */
  n: number;
  at: number;
  text: string;
  attachments: File[];
  /** Why the server will not take it, in words; it waits for the visitor then. */
  refused?: string;
}

/**
 * The conversation: what the server has, in its order, and what is still on its way.
 *
 * The server's word decides: a message counts as said when its acknowledgement or its echo comes, whichever is first, and a
 * repeat of either changes nothing. Arrays are replaced, never changed, so that a screen can compare them by identity.
 */
export class Log {
  said: readonly Said[] = [];
  unsent: readonly Unsent[] = [];

  /** What has to be sent next: strictly the oldest one, so that the order is kept. */
  get next(): Unsent | undefined {
    return this.unsent.find((m) => !m.refused);
  }

  write(message: Unsent) {
    if (this.unsent.some((m) => m.client_id === message.client_id)) return;
    this.unsent = [...this.unsent, message].sort((a, b) => a.n - b.n);
  }

  /** Takes a message of the server; says whether it is new. */
  hear(message: Said): boolean {
    this.forget(message.client_id);
    const old = this.said.findIndex((m) => same(m, message));
    if (old >= 0) {
      this.said = this.said.with(old, message);
      return false;
    }
    const place = this.said.findLastIndex((m) => m.interaction !== message.interaction || m.number < message.number) + 1;
    this.said = this.said.toSpliced(place, 0, message);
    return true;
  }

  /** The server has it durably: it becomes part of the conversation. */
  acknowledge(ack: { client_id: string; number: number; at: number; interaction: string; id: string }) {
    const mine = this.unsent.find((m) => m.client_id === ack.client_id);
    if (!mine) return;
    const { text, attachments, client_id } = mine;
    const { number, at, interaction, id } = ack;
    this.hear({ interaction, number, id, from: 'me', author: '', text, at, client_id, attachments });
  }

  refuse(client_id: string, why: string) {
    this.unsent = this.unsent.map((m) => (m.client_id === client_id ? { ...m, refused: why } : m));
  }

  forget(client_id: string | undefined) {
    if (this.unsent.some((m) => m.client_id === client_id)) this.unsent = this.unsent.filter((m) => m.client_id !== client_id);
  }

  /** The last number of one interaction that came without a hole before it is where a new connection resumes. */
  last(interaction: string | null): number {
    return this.said.reduce((last, m) => (m.interaction === interaction ? Math.max(last, m.number) : last), 0);
  }
}

const same = (a: Said, b: Said) =>
  a.id === b.id || (a.interaction === b.interaction && a.number === b.number) || (!!a.client_id && a.client_id === b.client_id);
