// The REST API as a program of the company would use it.
export class Api {
  constructor(url) {
    this.url = url;
    this.cookie = '';
  }

  async call(method, path, body, headers = {}) {
    const answer = await fetch(this.url + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'x-okno': '1', origin: this.url }),
        cookie: this.cookie,
        ...headers,
      },
    });
    const cookie = answer.headers.getSetCookie().find((value) => value.includes('okno_session='));
    if (cookie) this.cookie = cookie.split(';')[0];
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${text}`), { status: answer.status });
    return text ? JSON.parse(text) : null;
  }

  get = (path) => this.call('GET', `/api/v1${path}`);
  post = (path, body = {}) => this.call('POST', `/api/v1${path}`, body);
  put = (path, body) => this.call('PUT', `/api/v1${path}`, body);
  patch = (path, body) => this.call('PATCH', `/api/v1${path}`, body);

  /** Every item of a paged listing. */
  async all(path) {
    const items = [];
    let after = '';
    do {
      const page = await this.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${after}`);
      items.push(...page.items);
      after = page.next ? `&after=${page.next}` : '';
    } while (after);
    return items;
  }

  async signIn({ email, password }) {
    await this.post('/sign-in', { email, password });
    return this;
  }
}
