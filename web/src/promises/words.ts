/** How promises are shown: a sign, a color, a word. */
import { t } from '../lib/i18n.svelte';
import type { PromiseDoc, PromiseSource, PromiseState } from '../lib/types';
import type { Tone } from '../ui/Pill.svelte';

export const sourceText = (source: PromiseSource): string =>
  ({
    manual: t('promise-source-manual'),
    macro: t('promise-source-macro'),
    flow: t('promise-source-flow'),
    wait: t('promise-source-wait'),
    auto_reply: t('promise-source-auto-reply'),
    callback: t('promise-source-callback'),
    policy: t('promise-source-policy'),
  })[source];

/** What is promised; where the source says it, in its words. */
export const whatText = (doc: PromiseDoc): string =>
  doc.what || (doc.source === 'callback' ? t('promise-what-callback') : t('promise-what-answer'));

/** Somebody still has to do it. */
export const isOwed = (state: PromiseState): boolean => state.kind === 'open' || (state.kind === 'broken' && state.over === null);

/** Only what a person has made is ended by a person. */
export const byHand = (doc: PromiseDoc): boolean => ['manual', 'macro', 'flow', 'policy'].includes(doc.source);

export interface Sign {
  tone: Tone;
  sign: string;
  text: string;
}

/** The state; of an open one how near its end is. */
export function sign(doc: PromiseDoc, now: number): Sign {
  switch (doc.state.kind) {
    case 'kept':
      return { tone: 'ok', sign: '✓', text: t('promise-kept') };
    case 'kept_late_warned':
      return { tone: 'warn', sign: '✓', text: t('promise-kept-late-warned') };
    case 'broken':
      return { tone: 'bad', sign: '▲', text: t('promise-broken') };
    case 'canceled':
      return { tone: 'idle', sign: '–', text: t('promise-canceled') };
    case 'open':
      if (doc.due < now) return { tone: 'bad', sign: '▲', text: t('promise-broken') };
      if (doc.nudged_supervisor !== null) return { tone: 'warn', sign: '◕', text: t('promise-urgent') };
      if (doc.nudged_owner !== null) return { tone: 'warn', sign: '◔', text: t('promise-soon') };
      return { tone: 'info', sign: '○', text: t('promise-open') };
  }
}
