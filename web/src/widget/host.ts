/** The page that shows the frame: reached only by messages of its exact origin. */

export interface Shown {
  open: boolean;
  /** The visitor himself opened it. */
  focus: boolean;
  page: string;
}

interface Told {
  show(shown: Shown): void;
  identify(data: Record<string, unknown>): void;
  set(data: Record<string, unknown>): void;
}

/**
 * Speaks with the loader. `origin` is the page's origin as the loader gave it: the browser itself delivers messages to no other,
 * and messages of any other sender are ignored. Opened without a page around it (a direct link), the frame is simply always open.
 */
export class Host {
  readonly embedded = window.parent !== window;

  constructor(
    private readonly origin: string,
    told: Told,
  ) {
    if (!this.embedded) {
      told.show({ open: true, focus: true, page: location.href });
      return;
    }
    addEventListener('message', ({ origin: from, source, data }: MessageEvent<{ okno?: string } & Record<string, unknown>>) => {
      if (source !== window.parent || from !== this.origin || typeof data !== 'object' || !data) return;
      if (data.okno === 'show' || data.okno === 'hide') {
        told.show({ open: data.okno === 'show', focus: data.focus === true, page: String(data.page ?? '') });
      } else if (data.okno === 'identify' && typeof data.data === 'object' && data.data) {
        told.identify(data.data as Record<string, unknown>);
      } else if (data.okno === 'set' && typeof data.data === 'object' && data.data) {
        told.set(data.data as Record<string, unknown>);
      }
    });
  }

  tell(okno: 'ready' | 'close' | 'unread' | 'running' | 'message', data: Record<string, unknown> = {}) {
    if (this.embedded) window.parent.postMessage({ okno, ...data }, this.origin);
  }
}
