import type { PhoneDown, PhoneUp } from '../lib/types';

/** The visitor's protocol (contract 7), as the frame speaks it. */

export interface File {
  id: string;
  name: string;
  mime: string;
  size: number;
  /** Signed link on the files origin; absent for a file that was just uploaded. */
  url?: string;
}

export interface Config {
  title: string;
  greeting: string;
  color: string;
  ask: 'no' | 'optional' | 'required';
  online: boolean;
  language: string;
  /** Visitors may call from here. */
  call?: { channel: string } | null;
}

export type From = 'me' | 'agent' | 'system';

/** A message as the server has it. */
export interface Said {
  interaction: string;
  number: number;
  id: string;
  from: From;
  author: string;
  text: string;
  /** Translation key of a system message. */
  key?: string;
  at: number;
  client_id?: string;
  attachments: File[];
}

export type StateKind = 'none' | 'queued' | 'active' | 'closed';

export type ServerFrame =
  | {
      t: 'welcome';
      token: string;
      visitor: string;
      interaction: string | null;
      online: boolean;
      agent_name: string | null;
      /** Last number that this visitor has seen. */
      read: number;
      /** He has given a mail address before. */
      known: boolean;
    }
  | ({ t: 'message' } & Said)
  | { t: 'ack'; client_id: string; number: number; at: number; interaction: string; id: string }
  | { t: 'refused'; client_id: string | null; code: string; detail: string; retry_ms?: number }
  | { t: 'typing'; on: boolean; name: string }
  | {
      t: 'state';
      kind: StateKind;
      agent_name?: string;
      position?: number;
      least?: number;
      wait?: [number, number];
      longer?: boolean;
      due?: number;
      opens?: number;
    }
  | { t: 'back'; to: string; due: number }
  | { t: 'online'; on: boolean }
  | { t: 'read'; number: number }
  | { t: 'call'; down: PhoneDown }
  | { t: 'pong' };

export interface Who {
  name?: string;
  email?: string;
  external_id?: string;
  hash?: string;
}

export type ClientFrame =
  | ({
      t: 'hello';
      token: string | null;
      resume: number;
      interaction: string | null;
      language: string;
      page: string;
    } & Who)
  | { t: 'say'; client_id: string; text: string; attachments: string[] }
  | { t: 'typing'; on: boolean }
  | { t: 'read'; number: number }
  | ({ t: 'identify' } & Who)
  | { t: 'call_back'; number: string }
  | { t: 'write_back'; email: string }
  | { t: 'leave' }
  | { t: 'call'; up: PhoneUp }
  | { t: 'ping' };
