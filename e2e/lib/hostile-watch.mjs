// Watches a browser for everything that a stranger's words must never do: run, load from elsewhere, leave the page.

/**
 * Watches every page of a context. `own` are the origins that belong to the story; `list` holds what else was seen.
 * Requests to other origins are noted and refused before they leave.
 */
export async function watch(context, own) {
  const list = [];
  const seen = (what) => list.push(what);
  const mine = (url) => /^(data|blob|about):/.test(url) || own.includes(new URL(url).origin);
  await context.exposeBinding('okno_ran', ({ page, frame }) => seen(`a script ran in ${frame.url() || page.url()}`));
  // `alert` and its like are dialogs; a script that hides its traces still calls the binding.
  context.on('dialog', (dialog) => {
    seen(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await context.route(
    (url) => !mine(url.href),
    (route) => {
      seen(`a request left: ${route.request().url()}`);
      return route.abort();
    },
  );
  context.on('page', (page) => watchPage(page));
  const watchPage = (page) => {
    page.on('websocket', (socket) => {
      if (!mine(socket.url().replace(/^ws/, 'http'))) seen(`a socket left: ${socket.url()}`);
    });
    page.on('console', (message) => {
      // The browser tells what its policies have stopped: with clean pages there is nothing to stop.
      if (/Content Security Policy|sandboxed|Refused to|Trusted Type/i.test(message.text())) seen(`the policy had to stop: ${message.text()}`);
    });
    page.on('framenavigated', (frame) => {
      if (frame.url() && !mine(frame.url())) seen(`a frame went to ${frame.url()}`);
    });
    page.on('download', (download) => seen(`a download by itself: ${download.suggestedFilename()}`));
  };
  for (const page of context.pages()) watchPage(page);
  return list;
}

/** What stands in a document (or a mail's frame) and could run, load or send: attributes and elements, also in shadow trees. */
export const dangers = (frame, mail = false) =>
  frame.evaluate((mail) => {
    const found = [];
    const bad = mail
      ? 'script,style:not(head > style),iframe,object,embed,applet,base:not(head > base),meta:not(head > meta),link,form,input,button,select,textarea,svg,math,video,audio,template,dialog,[id],[name]:not(meta),[background],[srcset],[ping]'
      : 'object,embed,applet,base,meta[http-equiv],[srcset],[ping],[background],[srcdoc],marquee,math,portal';
    const look = (root) => {
      for (const one of root.querySelectorAll(bad)) found.push(`<${one.localName}> ${one.outerHTML.slice(0, 120)}`);
      for (const one of root.querySelectorAll('*')) {
        for (const { name, value } of one.attributes) {
          const address = /^(href|src|action|formaction|data|poster|xlink:href)$/.test(name);
          // eslint-disable-next-line no-control-regex
          const plain = value.replace(/[\u0000-\u0020]/g, '');
          if (/^on/.test(name) || (address && /^(javascript|vbscript|data:text|data:image\/svg)/i.test(plain) && one.localName !== 'link')) found.push(`${name}="${value}"`);
          if (name === 'style' && /url\(|expression|image-set|@import/i.test(value)) found.push(`style="${value}"`);
        }
        if (one.shadowRoot) look(one.shadowRoot);
      }
    };
    look(document);
    return found;
  }, mail);
