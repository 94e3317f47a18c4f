// Mails as no mail program writes them.

const word = (text) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
/** One header value of any length: encoded words, folded. */
const encoded = (text) => [...text].reduce((parts, c) => (Buffer.byteLength(parts.at(-1) + c) > 40 ? [...parts, c] : [...parts.slice(0, -1), parts.at(-1) + c]), ['']).map(word).join('\r\n ');
const base64 = (bytes) => Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n');

/**
 * A raw mail. Every HTML text becomes a part of its own, so that none can swallow the next one.
 * Words are encoded, so that they come through every server as they are.
 */
export function hostileMail({ from, name, to, subject, id, text = '', html = [], files = [], headers = [] }) {
  const edge = 'okno-edge-5f1c';
  const part = (head, body) => [`--${edge}`, ...head, 'Content-Transfer-Encoding: base64', '', base64(body)].join('\r\n');
  return [
    `From: ${encoded(name)} <${from}>`,
    `To: <${to}>`,
    `Subject: ${encoded(subject)}`,
    `Message-ID: <${id}>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    ...headers,
    `Content-Type: multipart/mixed; boundary="${edge}"`,
    '',
    part(['Content-Type: text/plain; charset=utf-8'], text),
    ...html.map((one) => part(['Content-Type: text/html; charset=utf-8'], one)),
    ...files.map((file) => {
      const safe = file.name.replace(/[\r\n\0]/g, '');
      return part(
        [
          `Content-Type: ${file.type.replace(/[\r\n]+/g, ' ')}; name="${safe.replaceAll('"', '\\"')}"`,
          `Content-Disposition: inline; filename*=UTF-8''${encodeURIComponent(file.name)}`,
          `Content-ID: <${id}-${files.indexOf(file)}>`,
        ],
        file.bytes,
      );
    }),
    `--${edge}--`,
    '',
  ].join('\r\n');
}
