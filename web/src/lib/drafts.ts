/** Drafts per interaction, kept in this browser: they survive a reload, a lost sign-in and a crash. */
import type { AttachmentDoc } from './types';

export interface Draft {
  text: string;
  to?: string;
  cc?: string;
  subject?: string;
  files?: AttachmentDoc[];
}
export interface Drafts {
  tab: 'reply' | 'note';
  reply: Draft;
  note: Draft;
  at: number;
}

const PREFIX = 'okno.draft.';
/** A draft that nobody touched for a month is forgotten. */
const KEEP_MS = 30 * 86_400_000;

const empty = (draft: Draft) => !draft.text && !draft.to && !draft.cc && !draft.subject && !draft.files?.length;

export function load(user: string, interaction: string, store: Storage = localStorage): Drafts {
  const start: Drafts = { tab: 'reply', reply: { text: '' }, note: { text: '' }, at: 0 };
  try {
    const stored = store.getItem(`${PREFIX}${user}.${interaction}`);
    return stored ? { ...start, ...(JSON.parse(stored) as Partial<Drafts>) } : start;
  } catch {
    return start;
  }
}

export function save(user: string, interaction: string, drafts: Drafts, store: Storage = localStorage) {
  const key = `${PREFIX}${user}.${interaction}`;
  try {
    if (empty(drafts.reply) && empty(drafts.note)) store.removeItem(key);
    else store.setItem(key, JSON.stringify(drafts));
  } catch {
    // A full storage must not stop the agent from writing.
  }
}

export function has(user: string, interaction: string, store: Storage = localStorage): boolean {
  return store.getItem(`${PREFIX}${user}.${interaction}`) !== null;
}

/** Forgets drafts that are older than a month. */
export function sweep(now: number, store: Storage = localStorage) {
  const keys = Array.from({ length: store.length }, (_, i) => store.key(i)).filter((key) => key?.startsWith(PREFIX));
  for (const key of keys as string[]) {
    try {
      const { at } = JSON.parse(store.getItem(key) ?? '{}') as Partial<Drafts>;
      if (!at || now - at > KEEP_MS) store.removeItem(key);
    } catch {
      store.removeItem(key);
    }
  }
}
