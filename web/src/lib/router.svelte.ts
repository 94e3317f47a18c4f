/** A small router on the History API. Patterns are `/desk/:id?`; a parameter that is missing is `undefined`. */

export type Params = Record<string, string | undefined>;

/** Turns a pattern into a function that gives the parameters of a path, or `null`. */
export function compile(pattern: string): (path: string) => Params | null {
  const names: string[] = [];
  const source = pattern
    .split('/')
    .filter(Boolean)
    .map((part) => {
      if (!part.startsWith(':')) return `/${part.replace(/[^\w-]/g, '\\$&')}`;
      const optional = part.endsWith('?');
      names.push(part.slice(1, optional ? -1 : undefined));
      return optional ? '(?:/([^/]+))?' : '/([^/]+)';
    })
    .join('');
  const regex = new RegExp(`^${source || ''}/?$`);
  return (path) => {
    const match = regex.exec(path);
    if (!match) return null;
    return Object.fromEntries(names.map((name, i) => [name, decode(match[i + 1])]));
  };
}

function decode(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

class Router {
  path = $state(globalThis.location?.pathname ?? '/');
  search = $state.raw(new URLSearchParams(globalThis.location?.search ?? ''));
  /** Asked before leaving a page with unsaved changes; answers whether to go. */
  guard: (() => boolean) | undefined;

  start() {
    addEventListener('popstate', () => {
      if (this.guard && !this.guard()) history.pushState(null, '', this.path + this.#query());
      else this.#read();
    });
    document.addEventListener('click', (e) => this.#click(e));
  }

  go(to: string, { replace = false } = {}) {
    if (to === this.path + this.#query()) return;
    if (this.guard && !this.guard()) return;
    history[replace ? 'replaceState' : 'pushState'](null, '', to);
    this.#read();
  }

  #query() {
    const text = this.search.toString();
    return text ? `?${text}` : '';
  }

  #read() {
    this.path = location.pathname;
    this.search = new URLSearchParams(location.search);
  }

  /** Plain links of our own pages stay inside the app. */
  #click(e: MouseEvent) {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const link = (e.target as Element | null)?.closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (/^\/(api|w\.js|widget|health|metrics)(\/|$)/.test(link.pathname)) return;
    e.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
