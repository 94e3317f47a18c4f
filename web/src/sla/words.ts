/** Clocks in words: what they measure, how they stand, and why they are due when they are. */
import { dateTime, duration, span } from '../lib/format';
import { i18n, t } from '../lib/i18n.svelte';
import type { Because, ClockDoc, ClockKind, Phase, SlaKind } from '../lib/types';
import type { Tone } from '../ui/Pill.svelte';

export const KINDS: readonly SlaKind[] = ['interaction', 'question', 'request', 'complaint', 'suggestion', 'order'];
export const CLOCKS: readonly ClockKind[] = ['first_response', 'next_response', 'update', 'resolution', 'acceptance'];
/** Phases in which clocks may rest. */
export const PHASES: readonly Phase[] = ['new', 'open', 'waiting_customer', 'waiting_department', 'on_hold'];

export const kindText = (kind: SlaKind): string =>
  ({
    interaction: t('sla-kind-interaction'),
    question: t('sla-kind-question'),
    request: t('sla-kind-request'),
    complaint: t('sla-kind-complaint'),
    suggestion: t('sla-kind-suggestion'),
    order: t('sla-kind-order'),
  })[kind];

export const clockText = (kind: ClockKind): string =>
  ({
    first_response: t('clock-first-response'),
    next_response: t('clock-next-response'),
    update: t('clock-update'),
    resolution: t('clock-resolution'),
    acceptance: t('clock-acceptance'),
  })[kind];

export const phaseText = (phase: Phase): string =>
  ({
    new: t('phase-new'),
    open: t('phase-open'),
    waiting_customer: t('phase-waiting-customer'),
    waiting_department: t('phase-waiting-department'),
    on_hold: t('phase-on-hold'),
    resolved: t('phase-resolved'),
    closed: t('phase-closed'),
    merged: t('phase-merged'),
  })[phase];

export interface Sign {
  tone: Tone;
  sign: string;
  text: string;
}

/** How a clock stands at an instant; the server's answer may be older than that. */
export function sign(clock: ClockDoc, now: number): Sign {
  switch (clock.state.kind) {
    case 'met':
      return { tone: 'ok', sign: '✓', text: t('clock-met') };
    case 'breached':
      return { tone: 'bad', sign: '▲', text: clock.state.met === null ? t('clock-breached') : t('clock-met-late') };
    case 'paused':
      return { tone: 'idle', sign: '‖', text: t('clock-paused', { time: duration(clock.state.left_ms) }) };
    case 'canceled':
      return { tone: 'idle', sign: '–', text: t('clock-canceled') };
    case 'running':
      if (clock.due === null) return { tone: 'idle', sign: '…', text: t('clock-never') };
      if (clock.due < now) return { tone: 'bad', sign: '▲', text: t('clock-breached') };
      return clock.warns.some((warn) => warn.at < now)
        ? { tone: 'warn', sign: '◔', text: t('clock-left', { time: duration(clock.due - now) }) }
        : { tone: 'info', sign: '○', text: t('clock-left', { time: duration(clock.due - now) }) };
  }
}

/** One reason in words. */
export function because(one: Because): string {
  const at = (time: number) => dateTime(i18n.lang, time);
  switch (one.kind) {
    case 'started': {
      const by = {
        opened: t('because-opened'),
        customer_spoke: t('because-customer-spoke'),
        we_spoke: t('because-we-spoke'),
        reopened: t('because-reopened'),
        forwarded: t('because-forwarded'),
      }[one.by];
      return t('because-started', { time: at(one.at), why: by });
    }
    case 'target':
      return t('because-target', { time: span(i18n.lang, one.minutes * 60_000) });
    case 'shut':
      return t('because-shut', { from: at(one.from), to: at(one.to) });
    case 'shut_more':
      return t('because-shut-more', { n: one.count });
    case 'paused':
      return one.to === null
        ? t('because-paused-now', { from: at(one.from), phase: phaseText(one.phase) })
        : t('because-paused', { from: at(one.from), to: at(one.to), phase: phaseText(one.phase) });
    case 'never_open':
      return t('because-never-open');
  }
}
