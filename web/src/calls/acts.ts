/** What somebody does with a call. Every act answers whether it worked; a failure has been told. */
import { post, Problem } from '../lib/api';
import { t } from '../lib/i18n.svelte';
import { router } from '../lib/router.svelte';
import type { CallCommand, CallDoc, ChannelDoc, DialTo, Id } from '../lib/types';
import { store } from '../sync/store.svelte';
import { toasts } from '../ui/toasts.svelte';
import { line } from './line.svelte';

/** Tells a failure; a dialog, which covers the toasts, gives its own way. */
type Told = (e: unknown) => void;
const toast: Told = (e) => toasts.failed(e);

export async function command(call: Id, what: CallCommand, failed: Told = toast): Promise<boolean> {
  try {
    await post(`/calls/${call}/command`, what);
    return true;
  } catch (e) {
    failed(e);
    return false;
  }
}

/** Mutes at once in this browser, and at the server for every device. */
export async function mute(call: Id, on: boolean): Promise<boolean> {
  line.mute(on);
  const done = await command(call, { act: 'mute', on });
  if (!done) line.mute(!on);
  return done;
}

/** Telephone channels by which I may call. */
export const ways = (): ChannelDoc[] =>
  [...store.channels.values()].filter((c) => c.kind === 'phone' && c.enabled).sort((a, b) => a.name.localeCompare(b.name));

const WAY = 'okno.phone.channel';
const RECENT = 'okno.phone.recent';
const RECENT_MAX = 12;

/** The channel that was used last, if it is still there. */
export function way(): Id {
  const list = ways();
  const last = localStorage.getItem(WAY);
  return (list.find((c) => c.id === last) ?? list[0])?.id ?? '';
}

export function recent(): string[] {
  try {
    return (JSON.parse(localStorage.getItem(`${RECENT}.${store.me?.user.id}`) ?? '[]') as string[]).slice(0, RECENT_MAX);
  } catch {
    return [];
  }
}

function remember(number: string) {
  const list = [number, ...recent().filter((n) => n !== number)].slice(0, RECENT_MAX);
  localStorage.setItem(`${RECENT}.${store.me?.user.id}`, JSON.stringify(list));
}

/** Calls; the desk opens the conversation beside what is open when the call is recorded. */
export async function dial(to: DialTo, channel: Id = way(), failed: Told = toast): Promise<boolean> {
  await line.whenReady();
  try {
    const call = await post<CallDoc>('/calls', { to, channel }, { key: crypto.randomUUID() });
    localStorage.setItem(WAY, channel);
    if (to.kind === 'number') remember(to.number);
    if (call.state.kind !== 'ended') store.calls.set(call.id, call);
    router.go(`/desk/${call.interaction}`);
    return true;
  } catch (e) {
    // The test number calls nobody: it lets him hear himself.
    if (e instanceof Problem && e.code === 'echo_test') {
      toasts.show(t('echo-test'));
      return true;
    }
    failed(e);
    return false;
  }
}

/** My leg of a call. */
export const myLeg = (call: CallDoc) => call.legs.find((l) => l.agent === store.me?.user.id && l.state !== 'ended');

/** What may be typed as a number. */
export const dialable = (text: string) => /^\+?[\d\s().\-/*#]{2,40}$/.test(text.trim());
