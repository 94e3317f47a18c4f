/** Calls in words: never a code, and never a blame where there is none. */
import { duration } from '../lib/format';
import { i18n, t } from '../lib/i18n.svelte';
import type { CallDoc, LegDoc } from '../lib/types';
import { store } from '../sync/store.svelte';
import type { Tone } from '../ui/Pill.svelte';
import type { LineState } from './phone';

/** `+48221234567` as people read it: `+48 221 234 567`. An extension or a word stays as it is. */
export function shownNumber(number: string): string {
  const found = /^\+(1|7|2[07]|3[0-4]|36|39|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d{4,})$/.exec(number);
  if (!found) return number;
  const rest = found[2]!;
  // By threes; what is left over by pairs, because a lonely digit reads badly.
  const pairs = { 0: 0, 1: 4, 2: 2 }[(rest.length % 3) as 0 | 1 | 2];
  const threes = rest.slice(0, rest.length - pairs).match(/\d{3}/g) ?? [];
  return [`+${found[1]}`, ...threes, ...(rest.slice(rest.length - pairs).match(/\d{2}/g) ?? [])].join(' ');
}

/** Why it ended. */
export const causeText = (cause: string): string => i18n.text(`hangup-${cause.replaceAll('_', '-')}`) ?? t('hangup-other', { cause });

/** What a call that goes on is doing. */
export function stateText(call: CallDoc): string {
  switch (call.state.kind) {
    case 'ringing':
      return call.direction === 'outbound' ? t('call-rings-there') : t('call-rings');
    case 'waiting':
      return t('call-waiting');
    case 'voicemail':
      return t('call-voicemail');
    case 'talking':
      return call.conference ? t('call-conference') : t('call-talking');
    case 'held':
      return call.consulting ? t('call-consulting') : t('call-held');
    case 'ended':
      return outcome(call).text;
  }
}

export interface Outcome {
  text: string;
  tone: Tone;
  sign: string;
}

/** How a call ended, in one honest line: a customer who hung up is nobody's miss. */
export function outcome(call: CallDoc): Outcome {
  const state = call.state;
  if (state.kind !== 'ended') return { text: stateText(call), tone: 'accent', sign: '●' };
  if (call.connected !== null) {
    if (state.cause === 'crash' || state.cause === 'network_failure' || state.cause === 'media_timeout')
      return { text: t('outcome-cut', { time: duration(call.talk_ms), cause: causeText(state.cause) }), tone: 'bad', sign: '!' };
    const time = duration(call.talk_ms);
    const text =
      state.by === 'customer'
        ? t('outcome-talked-customer', { time })
        : state.by === 'agent'
          ? t('outcome-talked-agent', { time })
          : t('outcome-talked', { time });
    return { text, tone: 'ok', sign: '✓' };
  }
  const waited = duration(state.at - call.started);
  if (call.direction === 'outbound') {
    if (state.by === 'agent') return { text: t('outcome-out-canceled', { time: waited }), tone: 'idle', sign: '–' };
    return { text: t('outcome-out-failed', { cause: causeText(state.cause) }), tone: 'warn', sign: '–' };
  }
  if (state.by === 'customer') return { text: t('outcome-customer-hung-up', { time: waited }), tone: 'warn', sign: '↩' };
  if (state.cause === 'crash') return { text: t('outcome-crash', { time: waited }), tone: 'bad', sign: '!' };
  return { text: t('outcome-not-answered', { time: waited, cause: causeText(state.cause) }), tone: 'bad', sign: '!' };
}

export const legName = (leg: LegDoc): string => (leg.agent ? store.userName(leg.agent) : '') || shownNumber(leg.name) || t('call-somebody');

export const roleText = (leg: LegDoc): string =>
  ({ customer: t('leg-customer'), agent: t('leg-agent'), consulted: t('leg-consulted'), supervisor: t('leg-supervisor') })[leg.role];

export const deviceText = (leg: LegDoc): string =>
  ({ trunk: t('device-trunk'), browser: t('device-browser'), phone: t('device-phone'), widget: t('device-widget') })[leg.device];

/** Who is on the other side, by the name that the conversation knows. */
export const callerName = (call: CallDoc): string =>
  shownNumber(store.interactions.get(call.interaction)?.customer_name ?? '') || shownNumber(call.number) || t('call-hidden');

export interface Sound {
  text: string;
  tone: Tone;
}
/** A mean opinion score in words. */
export function soundText(mos: number): Sound {
  if (mos >= 4) return { text: t('sound-good'), tone: 'ok' };
  if (mos >= 3.6) return { text: t('sound-fair'), tone: 'ok' };
  if (mos >= 3.1) return { text: t('sound-poor'), tone: 'warn' };
  return { text: t('sound-bad'), tone: 'bad' };
}

/** The agent's line: what it is, and what to do about it. */
export function lineText(state: LineState, why: string): { text: string; hint: string; tone: Tone } {
  switch (state) {
    case 'off':
      return { text: t('line-off'), hint: t('line-off-hint'), tone: 'idle' };
    case 'asking':
      return { text: t('line-asking'), hint: t('line-asking-hint'), tone: 'info' };
    case 'connecting':
      return { text: t('line-connecting'), hint: '', tone: 'info' };
    case 'ready':
      return { text: t('line-ready'), hint: t('line-ready-hint'), tone: 'ok' };
    case 'mending':
      return { text: t('line-mending'), hint: t('line-mending-hint'), tone: 'warn' };
    case 'denied':
      return { text: t('line-denied'), hint: t('line-denied-hint'), tone: 'bad' };
    case 'no_device':
      return { text: t('line-no-device'), hint: t('line-no-device-hint'), tone: 'bad' };
    case 'unsupported':
      return { text: t('line-unsupported'), hint: t('line-unsupported-hint'), tone: 'bad' };
    case 'refused':
      return { text: t('line-refused'), hint: why, tone: 'bad' };
    case 'elsewhere':
      return { text: t('line-elsewhere'), hint: t('line-elsewhere-hint'), tone: 'warn' };
  }
}
