import type { Call } from './call';

const PATHS = {
  mic: 'M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 12a6 6 0 0 0 12 0M12 18v3',
  keypad: 'M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01',
  end: 'M4 14c4-5 12-5 16 0l-2 2.5-4-1v-2.400c-1.300-.4-2.700-.4-4 0v2.400l-4 1z',
  phone: 'M7 4h3l1.500 4-2 1.500a11 11 0 0 0 5 5l1.500-2 4 1.500v3a2 2 0 0 1-2 2A15 15 0 0 1 5 6a2 2 0 0 1 2-2z',
};

const STYLE = `
.call{padding:14px 16px;border-bottom:1px solid var(--line);background:var(--panel-2);text-align:center}
.call[hidden],.call [hidden]{display:none!important}
.call .line{display:flex;justify-content:center;align-items:center;gap:8px;margin:0 0 12px}
.call b{font-variant-numeric:tabular-nums}
.call .sign{flex:none;margin:0;border:0;background:var(--text-2)}
.call .sign.talking{background:light-dark(#17703c,#63d292)}
.call .sign.failed{background:var(--bad)}
.call .sign.asking,.call .sign.connecting,.call .sign.waiting{animation:breathe 1.2s infinite alternate}
@keyframes breathe{to{opacity:.25}}
@media(prefers-reduced-motion:reduce){.call .sign{animation:none!important}}
.call .acts{display:flex;justify-content:center;align-items:center;gap:16px}
.call .round{display:grid;place-items:center;width:48px;height:48px;padding:0;border:1px solid var(--border);border-radius:50%;background:var(--panel);color:var(--text);cursor:pointer}
.call .round[aria-pressed=true]{background:var(--text);color:var(--panel)}
.call .end{border-color:transparent;background:#b3261e;color:#fff}
.call .go{border-color:transparent;background:#17703c;color:#fff}
.call output{display:block;min-height:24px;white-space:pre}
.call .pad{display:grid;grid-template-columns:repeat(3,64px);justify-content:center;gap:6px;margin-bottom:12px}
.call .pad button{min-height:44px;padding:0;border:1px solid var(--line);border-radius:8px;background:var(--panel);cursor:pointer}
`;

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...inside: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...inside);
  return made;
}

function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [name, value] of Object.entries({ viewBox: '0 0 24 24', width: '22', height: '22', 'aria-hidden': 'true' })) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  for (const [name, value] of Object.entries({
    d: path,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '2',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  })) {
    line.setAttribute(name, value);
  }
  svg.append(line);
  return svg;
}

function button(className: string, label: string, inside: Node | string, press: () => void): HTMLButtonElement {
  const made = element('button', className, inside);
  made.type = 'button';
  made.title = label;
  made.ariaLabel = label;
  made.onclick = press;
  return made;
}

/** What the visitor sees of his call, between the head of the frame and the conversation. */
export class CallPanel {
  readonly #call: Call;
  readonly #root: HTMLElement;
  readonly #sign = element('i', 'sign');
  readonly #line = element('span', '');
  readonly #time = element('b', '');
  readonly #typed = element('output', '', ' ');
  readonly #pad = element('div', 'pad');
  readonly #mute: HTMLButtonElement;
  readonly #keys: HTMLButtonElement;
  readonly #end: HTMLButtonElement;
  readonly #again: HTMLButtonElement;
  readonly #close: HTMLButtonElement;
  #muted: boolean | undefined;

  constructor(call: Call) {
    this.#call = call;
    const { words } = call;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

    const status = element('p', 'line', this.#sign, this.#line, this.#time);
    status.role = 'status';
    this.#pad.role = 'group';
    this.#pad.ariaLabel = words.keypad;
    for (const key of '123456789*0#') {
      this.#pad.append(
        button('', key, key, () => {
          this.#typed.value = (this.#typed.value.trim() + key).slice(-18);
          call.digits(key);
        }),
      );
    }
    this.#mute = button('round', words.mute, icon(PATHS.mic), () => call.mute());
    this.#keys = button('round', words.keypad, icon(PATHS.keypad), () => this.#fold(!this.#pad.hidden));
    this.#end = button('round end', words.end, icon(PATHS.end), () => call.hangup());
    this.#again = button('round go', words.again, icon(PATHS.phone), () => call.start());
    this.#close = button('plain', words.close, words.close, () => (this.#root.hidden = true));
    const acts = element('div', 'acts', this.#mute, this.#keys, this.#end, this.#again, this.#close);
    this.#root = element('section', 'call', status, this.#typed, this.#pad, acts);
    this.#root.ariaLabel = words.call;
    this.#fold(true);
    document.querySelector('header')!.after(this.#root);
    setInterval(() => this.#tick(), 1000);
  }

  show() {
    this.#root.hidden = false;
    this.draw();
  }

  draw() {
    const { stage, position, why, words, over, mending, muted } = this.#call;
    this.#sign.className = `sign ${stage}`;
    const text = mending
      ? words.mending
      : stage === 'waiting' && position
        ? position === 1
          ? words.next
          : words.place.replace('{n}', String(position))
        : stage === 'failed'
          ? why || words.failed
          : words[stage];
    // Said again only when it says something new.
    if (this.#line.textContent !== text) this.#line.textContent = text;
    if (this.#muted !== muted) {
      this.#muted = muted;
      this.#mute.ariaPressed = String(muted);
      this.#mute.replaceChildren(icon(muted ? `${PATHS.mic}M4 4l16 16` : PATHS.mic));
    }
    if (over) this.#fold(true);
    const had = document.activeElement;
    for (const one of [this.#mute, this.#keys, this.#end]) one.hidden = over;
    for (const one of [this.#again, this.#close]) one.hidden = !over;
    // Whoever pressed a button that goes away goes on at the one in its place.
    if (had === this.#end && over) this.#again.focus();
    else if (had === this.#again && !over) this.#end.focus();
    this.#tick();
  }

  #fold(folded: boolean) {
    this.#pad.hidden = folded;
    this.#typed.hidden = folded;
    this.#keys.ariaPressed = String(!folded);
  }

  #tick() {
    const { since, over } = this.#call;
    const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
    this.#time.textContent = since && !over ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` : '';
  }
}
