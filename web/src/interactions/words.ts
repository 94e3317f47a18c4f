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
  switch (d.act) {
    case 'queued':
      return t('why-queued', { queue });
    case 'offered':
      return t('why-offered', { agent });
    case 'waits':
      return d.rule === 'preferred' ? t('why-held', { agent }) : t('why-waits', { queue });
    case 'missed':
      return t('why-missed', { agent });
    case 'declined':
      return t('why-declined', { agent });
    case 'agent_left':
      return t('why-agent-left', { agent });
    case 'taken':
      return t('why-taken', { agent });
    case 'overflowed':
      return t('why-overflowed', { queue });
    case 'assigned':
      return d.rule === 'pulled' ? t('why-pulled', { agent }) : t('why-assigned', { agent });
    case 'transferred':
      return d.agent ? t('why-transferred-agent', { agent }) : t('why-transferred', { queue });
    case 'prioritized':
      return d.rule === 'raised_by_person' ? t('why-raised') : t('why-lowered');
    case 'withdrawn':
      return d.rule === 'sent' ? t('rule-sent') : t('why-withdrawn');
    default:
      return d.because;
  }
}

/** Why: the rule with its numbers. Empty if the act explains itself. */
export function ruleText(d: DecisionDoc): string {
  const [best, second] = d.candidates;
  const n = d.candidates.length;
  switch (d.rule) {
    case 'longest_idle':
      // Who has less work goes before who is idle longer.
      return best && second && best.idle_ms < second.idle_ms
        ? t('rule-least-work', { n })
        : t('rule-longest-idle', { idle: duration(best?.idle_ms ?? 0), n });
    case 'skill_rank':
      return t('rule-skill-rank', { skill: best?.skill ?? 0, n });
    case 'only_candidate':
      return t('rule-only');
    case 'first_in_line':
      return t('rule-first-in-line');
    case 'preferred':
      return d.act === 'offered' ? t('rule-preferred') : '';
    case 'sent':
      return d.act === 'offered' ? t('rule-sent') : '';
    case 'no_member':
      return t('rule-no-member');
    case 'no_skill':
      return t('rule-no-skill');
    case 'pull':
    case 'delayed':
      return i18n.text(`rule-${d.rule}`) ?? '';
    default:
      // The other strategies, each with its own sentence.
      return best && d.act === 'offered' ? (i18n.text(`rule-${d.rule.replaceAll('_', '-')}`, { n }) ?? '') : '';
  }
}

type Candidate = DecisionDoc['candidates'][number];
const number = (n: number) => new Intl.NumberFormat(i18n.lang, { maximumFractionDigits: 1 }).format(n);

/** What the strategy compared of a candidate, in a person's units. */
export function scoreText(rule: string, c: Candidate): string {
  switch (rule) {
    case 'fewest_contacts':
      return t('per-hour', { n: number(c.score / 1000) });
    case 'least_talk_time':
    case 'least_occupied':
      return `${number(c.score / 10_000)} %`;
    case 'least_recent':
      return duration(-c.score);
    case 'linear':
    case 'round_robin':
    case 'random':
    case 'weighted_random':
      return number(c.score);
    default:
      return duration(c.idle_ms);
  }
}

/** How many agents a filter took out: `2 without the skill`. */
export function filterText(filter: string, n: number): string {
  return i18n.text(`filter-${filter.replaceAll('_', '-')}`, { n }) ?? `${filter}: ${n}`;
}
