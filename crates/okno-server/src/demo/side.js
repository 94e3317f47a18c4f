// The customers' side: asks for the threads every two seconds and shows them. Text only ever becomes text nodes.
const list = document.getElementById('list');
const view = document.getElementById('thread');
const medium = { chat: 'chat', email: 'mail' };
let chosen;
let shown = '';

function element(tag, className, text) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (text) e.textContent = text;
  return e;
}

function draw(threads) {
  const now = JSON.stringify([chosen, threads]);
  if (now === shown || threads.length === 0) return;
  shown = now;
  chosen ??= threads[0].id;
  const focused = document.activeElement?.dataset?.thread;
  list.replaceChildren(
    ...threads.map((t) => {
      const button = element('button');
      button.dataset.thread = t.id;
      button.setAttribute('aria-current', String(t.id === chosen));
      const top = element('span', 'top');
      top.append(element('span', '', t.customer), element('span', `state ${t.state.replace(' ', '-')}`, `${medium[t.medium]} · ${t.state}`));
      const about = element('span', 'about', t.subject);
      about.style.display = 'block';
      button.append(top, about);
      button.onclick = () => {
        chosen = t.id;
        draw(threads);
      };
      return button;
    }),
  );
  list.querySelector(`[data-thread="${focused}"]`)?.focus();
  const thread = threads.find((t) => t.id === chosen) ?? threads[0];
  const heading = element('h2', '', `${thread.customer} <${thread.address}>`);
  heading.style.fontSize = '16px';
  view.replaceChildren(
    heading,
    ...thread.lines.map((l) => {
      const mine = l.from === 'customer';
      const line = element('div', mine ? 'line customer' : 'line');
      line.append(element('span', 'who', `${mine ? thread.customer : l.from} · ${new Date(l.at).toLocaleTimeString()}`), document.createTextNode(l.text));
      return line;
    }),
  );
}

async function refresh() {
  try {
    draw(await (await fetch('/threads')).json());
  } catch {
    // The demo was stopped; the page keeps what it shows.
  }
  setTimeout(refresh, 2000);
}
refresh();
