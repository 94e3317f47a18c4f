/**
 * Pauses the recording of my call while a form field marked `data-sensitive` has the focus: a card number, a diagnosis, a secret note. The
 * attribute's value names the field in the audit log.
 */
import type { CallCommand, CallDoc, Id } from '../lib/types';

type Command = (call: Id, what: CallCommand) => Promise<boolean>;
/** Focus can be lost without an event: a dialog that closes takes its fields along. */
const LOOK_MS = 1_000;

const sensitive = (node: EventTarget | Element | null) => (node instanceof Element ? node.closest<HTMLElement>('[data-sensitive]') : null);

/** Watches the page until the returned function is called. */
export function pausing(current: () => CallDoc | undefined, command: Command, page: Document = document): () => void {
  let paused: { call: Id; field: string } | undefined;
  const resume = () => {
    if (!paused) return;
    const { call, field } = paused;
    paused = undefined;
    void command(call, { act: 'record', on: true, field });
  };
  const enter = (e: FocusEvent) => {
    const at = sensitive(e.target);
    const call = current();
    // What somebody paused by hand stays paused.
    if (!at || paused || call?.recording !== 'on') return;
    paused = { call: call.id, field: at.dataset['sensitive'] || 'form' };
    void command(call.id, { act: 'record', on: false, field: paused.field });
  };
  const leave = (e: FocusEvent) => {
    if (!sensitive(e.relatedTarget)) resume();
  };
  const timer = setInterval(() => paused && page.hasFocus() && !sensitive(page.activeElement) && resume(), LOOK_MS);
  page.addEventListener('focusin', enter);
  page.addEventListener('focusout', leave);
  return () => {
    clearInterval(timer);
    page.removeEventListener('focusin', enter);
    page.removeEventListener('focusout', leave);
    // The call is over, or its bar is gone: with it goes the pause.
    if (current()?.id === paused?.call) resume();
  };
}
