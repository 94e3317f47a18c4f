/**
 * The widget's loader, served as `/w.js`: one button now, the frame on the first opening.
 *
 *     <script async src="https://desk.example.com/w.js" data-okno="wk_..." data-lang="auto"></script>
 *
 * `window.okno(command, ...)` works before and after it has loaded (a stub that pushes its arguments to `okno.q` is drained):
 * `open`, `close`, `identify` {id, name, email, hash}, `set` {theme, color, side}, `on` (event, function).
 */
export {};

type Command = [name: string, ...rest: unknown[]];
type Api = ((...command: Command) => void) & { q?: Command[] };
type Say = { okno?: string } & Record<string, unknown>;
declare global {
  interface Window {
    okno?: Api;
  }
}

const script = document.currentScript as HTMLScriptElement | null;
const key = script?.dataset.okno;
if (script && key && !document.querySelector('[data-okno-w]')) start(script, key);

function start(script: HTMLScriptElement, key: string) {
  const origin = new URL(script.src).origin;
  const flag = `okno:${key}`;
  const query = `?key=${encodeURIComponent(key)}`;
  const asked = script.dataset.lang;
  const page = document.documentElement.lang;
  const lang = (asked && asked !== 'auto' ? asked : page || navigator.language).slice(0, 2).toLowerCase();
  const label = { ru: 'Написать нам', pl: 'Napisz do nas' }[lang] ?? 'Chat with us';
  const host = document.createElement('div');
  host.setAttribute('data-okno-w', '');
  const root = host.attachShadow({ mode: 'open' });
  // Important declarations of the inner tree win over the page's: a page that styles `*` cannot reach the button. A constructed
  // sheet is no inline style, so a strict policy of the page does not forbid it.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:host{all:initial!important;position:fixed!important;z-index:2147483000!important;right:16px!important;bottom:16px!important;--c:#1d5fd1;--t:#fff}:host([data-left]){right:auto!important;left:16px!important}[hidden]{display:none!important}button{position:relative;width:56px;height:56px;padding:0;border:0;border-radius:50%;background:var(--c);color:var(--t);cursor:pointer;box-shadow:0 4px 16px #0004}button:focus-visible{outline:3px solid var(--c)}b{position:absolute;top:-4px;right:-4px;min-width:10px;padding:0 5px;border-radius:10px;background:#b3261e;color:#fff;font:600 12px/20px sans-serif}iframe{position:fixed;right:16px;bottom:16px;width:min(384px,calc(100vw - 32px));height:min(620px,calc(100dvh - 32px));border:0;border-radius:14px;box-shadow:0 4px 16px #0004;color-scheme:normal}:host([data-left]) iframe{right:auto;left:16px}@media(max-width:480px){iframe,:host([data-left]) iframe{inset:0;width:100vw;height:100dvh;border-radius:0}}`,
  );
  root.adoptedStyleSheets = [sheet];
  root.innerHTML = `<button type="button" hidden aria-expanded="false"><svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true"><path fill="currentColor" d="M4 4h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9l-5 4V5z"/></svg><b hidden></b></button>`;
  const button = root.querySelector('button')!;
  const badge = root.querySelector('b')!;
  const listeners: [string, (data: unknown) => void][] = [];
  const waiting: Say[] = [];
  let frame: HTMLIFrameElement | undefined;
  let ready = false;
  let refused = false;
  let open = false;

  const tell = (event: string, data?: unknown) => listeners.forEach(([name, fn]) => name === event && fn(data));
  const post = (say: Say) => (ready ? frame!.contentWindow!.postMessage(say, origin) : waiting.push(say));
  const count = (n: number) => {
    badge.textContent = `${n}`;
    badge.hidden = !n;
    button.setAttribute('aria-label', n ? `${label} (${n})` : label);
  };
  /** Whether a conversation runs, kept for the site's next page. A page without storage resumes on the next opening only. */
  const running = (on?: boolean) => {
    try {
      if (on !== undefined) localStorage.setItem(flag, on ? '1' : '');
      return localStorage.getItem(flag);
    } catch {
      return null;
    }
  };
  const color = (value: unknown) => {
    if (!/^#[\da-f]{6}$/i.test(`${value}`)) return;
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(`${value}`.slice(i, i + 2), 16));
    host.style.setProperty('--c', `${value}`);
    host.style.setProperty('--t', r! * 0.299 + g! * 0.587 + b! * 0.114 > 150 ? '#0b1420' : '#fff');
  };
  const load = () => {
    if (frame || refused) return;
    frame = document.createElement('iframe');
    frame.title = label;
    frame.allow = 'autoplay;microphone';
    frame.hidden = true;
    frame.src = `${origin}/widget/frame${query}&lang=${lang}&host=${encodeURIComponent(location.origin)}`;
    root.append(frame);
  };
  /** `focus` only when the visitor himself opened or closed it: a page that opens it must not steal the focus. */
  const show = (on: boolean, focus: boolean) => {
    if (refused || on === open) return;
    open = on;
    load();
    frame!.hidden = !on;
    button.hidden = on;
    button.setAttribute('aria-expanded', `${on}`);
    post({ okno: on ? 'show' : 'hide', focus, page: location.href });
    if (focus) (on ? frame! : button).focus();
    tell(on ? 'open' : 'close');
  };
  const run = ([command, ...rest]: Command) => {
    const data = rest[0] as Record<string, unknown>;
    if (command === 'open' || command === 'close') show(command === 'open', false);
    else if (command === 'on') listeners.push([`${rest[0]}`, rest[1] as () => void]);
    else if (command === 'set') {
      color(data.color);
      host.toggleAttribute('data-left', data.side === 'left');
      post({ okno: 'set', data });
    } else if (command === 'identify') {
      load();
      post({ okno: 'identify', data });
    }
  };

  button.onclick = () => show(true, true);
  addEventListener('message', ({ origin: from, source, data }: MessageEvent<Say>) => {
    if (from !== origin || !frame || source !== frame.contentWindow || !data?.okno) return;
    if (data.okno === 'ready') {
      ready = true;
      waiting.splice(0).forEach(post);
    } else if (data.okno === 'close') show(false, true);
    else if (data.okno === 'unread') {
      count(data.n as number);
      tell('unread', data.n);
    } else if (data.okno === 'running') {
      running(data.on === true);
    } else if (data.okno === 'message') tell('message', data.data);
  });

  const queued = window.okno?.q ?? [];
  window.okno = (...command) => run(command);
  count(0);
  const begin = () => {
    document.body.append(host);
    // The page's policy may forbid the request; then the button shows in its default color and the frame itself is refused.
    fetch(`${origin}/api/v1/visitor/config${query}`, { credentials: 'omit' })
      .then((answer) => {
        refused = answer.status === 403 || answer.status === 404;
        return answer.ok ? answer.json() : {};
      })
      .then((config: { color?: string }) => color(config.color))
      .catch(() => {})
      .then(() => {
        if (refused) return host.remove();
        button.hidden = open;
        if (running()) load();
        queued.forEach((command) => run([...command]));
      });
  };
  if (document.body) begin();
  else addEventListener('DOMContentLoaded', begin);
}
