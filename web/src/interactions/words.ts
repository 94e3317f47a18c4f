/** Words of states, outcomes and routing, made from data in the reader's language. */
import { duration } from '../lib/format';
import { i18n, t } from '../lib/i18n.svelte';
import type { ClosedHow, DecisionDoc, SegmentOutcome } from '../lib/types';
import { store } from '../sync/store.svelte';

export const closedText = (how: ClosedHow): string =>
  ({
    finished: t('closed-finished'),
    abandoned: t('closed-abandoned'),
    customer_left: t('closed-customer-left'),
    joined: t('closed-joined'),
    refused: t('closed-refused'),
  })[how];

export const outcomeText = (outcome: SegmentOutcome): string =>
  ({
    handled: t('segment-handled'),
    abandoned: t('segment-abandoned'),
    overflowed: t('segment-overflowed'),
    transferred: t('segment-transferred'),
  })[outcome];

/** What the engine decided, in one sentence. */
export function decisionText(d: DecisionDoc): string {
  const agent = store.userName(d.agent) || t('an-agent');
  const queue = store.queueName(d.queue);
  const acts: Record<string, () => string> = {
    queued: () => t('why-queued', { queue }),
    offered: () => t('why-offered', { agent }),
    waits: () => t('why-waits', { queue }),
    missed: () => t('why-missed', { agent }),
    declined: () => t('why-declined', { agent }),
    overflowed: () => t('why-overflowed', { queue }),
    assigned: () => t('why-assigned', { agent }),
    transferred: () => (d.agent ? t('why-transferred-agent', { agent }) : t('why-transferred', { queue })),
    pulled: () => t('why-pulled', { agent }),
    withdrawn: () => t('why-withdrawn'),
  };
  return acts[d.act]?.() ?? d.because;
}

/** Why: the rule with its numbers. Empty if the act explains itself. */
export function ruleText(d: DecisionDoc): string {
  const best = d.candidates[0];
  const idle = duration(best?.idle_ms ?? 0);
  const n = d.candidates.length;
  switch (d.rule) {
    case 'longest_idle':
      return n > 1 ? t('rule-longest-idle', { idle, n }) : t('rule-only');
    case 'skill_rank':
      return n > 1 ? t('rule-skill-rank', { skill: best?.skill ?? 0, n }) : t('rule-only');
    case 'only_candidate':
      return t('rule-only');
    case 'preferred':
      return t('rule-preferred');
    default:
      return '';
  }
}

/** How many agents a filter took out: `2 without the skill`. */
export function filterText(filter: string, n: number): string {
  return i18n.text(`filter-${filter.replaceAll('_', '-')}`, { n }) ?? `${filter}: ${n}`;
}
