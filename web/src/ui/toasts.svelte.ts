/** Short words about what happened. One polite and one assertive live region for the whole app. */
import { Problem } from '../lib/api';
import { t } from '../lib/i18n.svelte';

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  /** Read by screen readers at once: offers. */
  alert = $state('');
  /** Read when there is a pause. */
  polite = $state('');
  #next = 1;
  #spoken = 0;
  #waiting = '';

  show(text: string, bad = false) {
    const id = this.#next++;
    this.list = [...this.list.slice(-2), { id, text, bad }];
    setTimeout(() => this.close(id), bad ? 10_000 : 4_000);
  }
  close(id: number) {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
  /** Says why something did not work. */
  failed(e: unknown) {
    this.show(explain(e), true);
  }
  announce(text: string) {
    this.alert = text;
  }
  /** At most one announcement in three seconds: fifty messages a second must not be read out. */
  say(text: string) {
    if (this.#spoken) this.#waiting = text;
    else {
      this.polite = text;
      this.#spoken = window.setTimeout(() => {
        this.#spoken = 0;
        const next = this.#waiting;
        this.#waiting = '';
        if (next) this.say(next);
      }, 3000);
    }
  }
}

/** An error in words for the user. */
export function explain(e: unknown): string {
  if (!(e instanceof Problem)) return t('error-unexpected');
  if (e.status === 0) return t('error-offline');
  if (e.status === 401) return t('error-signed-out');
  if (e.code === 'stale_offer') return t('error-stale-offer');
  if (e.status === 403) return t('error-forbidden');
  if (e.status === 429) return t('error-throttled', { seconds: Math.max(1, Math.round(e.retryAfter ?? 30)) });
  if (e.code === 'unavailable') return e.message;
  if (e.status >= 500) return t('error-server');
  return e.message;
}

export const toasts = new Toasts();
