import type { Chat } from './chat.svelte';
import { fill, waitingWords } from './waiting-words';

/**
 * How long somebody waits, by when he is answered, and what he can do instead. Loaded when somebody waits, and drawn by hand, so that
 * it costs those nothing who do not.
 */
export function draw(into: HTMLElement, chat: Chat) {
  const words = waitingWords[chat.texts.language];
  const time = new Intl.DateTimeFormat(chat.texts.language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
  });
  const { due, opens, wait, least, longer } = chat.stand ?? {};
  const lines = [];
  if (chat.back) lines.push(fill(words.done, { to: chat.back.to, due: time.format(chat.back.due) }));
  else if (due) {
    if (opens) lines.push(fill(words.opens, { opens: time.format(opens) }));
    lines.push(`${fill(words.due, { due: time.format(due) })} ${words.stay}`);
  } else {
    if (least) lines.push(fill(words.least, { n: least }));
    if (wait && longer) lines.push(words.longer);
    if (wait) lines.push(wait[1] <= 1 ? words.soon : fill(words.wait, { low: wait[0], high: wait[1] }));
  }

  let said = into.querySelector<HTMLElement>('.said');
  if (!said) {
    said = element('div', { className: 'said' });
    said.setAttribute('role', 'status');
    into.replaceChildren(said, rather(chat));
  }
  said.replaceChildren(...lines.map((line) => element('p', { className: 'note' }, line)));
  const forms = into.querySelector('details');
  // What he has begun to type stays.
  if (forms) forms.hidden = !!chat.back;
  if (forms && due && !chat.known && !forms.dataset.shown) forms.open = !!(forms.dataset.shown = '1');
}

function rather(chat: Chat) {
  const words = waitingWords[chat.texts.language];
  const form = (label: string, type: 'email' | 'tel', send: string, ask: (to: string) => void) => {
    const input = element('input', { type, required: true, maxLength: 254, autocomplete: type });
    const form = element(
      'form',
      { className: 'form' },
      element('label', {}, label, input),
      element('button', { className: 'plain' }, send),
    );
    form.onsubmit = (e) => {
      e.preventDefault();
      ask(input.value.trim());
    };
    return form;
  };
  const forms = [form(words.email, 'email', words.write, (email) => chat.ask({ t: 'write_back', email }))];
  if (chat.config?.call) forms.push(form(words.number, 'tel', words.call, (number) => chat.ask({ t: 'call_back', number })));
  return element('details', { className: 'small' }, element('summary', {}, words.rather), ...forms);
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  values: Partial<HTMLElementTagNameMap[K]> = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
}
