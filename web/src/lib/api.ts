/** Calls of the REST API. Every failure is a `Problem`; a lost sign-in is told to the shell, which asks again over the page. */
import { i18n } from './i18n.svelte';
import type { AttachmentDoc, Page, ProblemDoc } from './types';

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** Name of the wrong field of the request, if there is one. */
  readonly field: string | undefined;
  readonly retryAfter: number | undefined;
  constructor(doc: Partial<ProblemDoc> & { status: number }, retryAfter?: number) {
    super(words(doc));
    this.status = doc.status;
    this.code = doc.code ?? '';
    this.field = doc.field ?? undefined;
    this.retryAfter = retryAfter;
  }
  /** The server did not answer at all, or it was busy: the same request may be sent again. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

/** English readers get the server's own words, which name the case; others a sentence in their language, if there is one. */
function words(doc: Partial<ProblemDoc> & { status: number }): string {
  const translated = i18n.lang === 'en' ? undefined : i18n.text(`problem-${(doc.code ?? '').replaceAll('_', '-')}`);
  return translated || sentence(doc.detail || doc.title || `HTTP ${doc.status}`);
}

/** The server writes its reasons as clauses; a reader gets a sentence. */
function sentence(text: string): string {
  const first = /^[a-z]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?:`)]$/.test(first) ? first : `${first}.`;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
interface Options {
  body?: unknown;
  /** Sent as Idempotency-Key: a repeat with the same key is the same act. */
  key?: string;
  signal?: AbortSignal;
  /** Sent as If-Match: the version that the user has seen. */
  match?: number;
  /** A 401 is this call's own answer (sign-in). */
  quiet?: boolean;
}

let onSignedOut: () => void = () => {};
/** Called when any request is answered with 401. */
export function whenSignedOut(call: () => void) {
  onSignedOut = call;
}

const BASE = '/api/v1';

async function call<T>(method: Method, path: string, { body, key, signal, quiet, match }: Options = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['x-okno'] = '1';
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (key) headers['idempotency-key'] = key;
  if (match !== undefined) headers['if-match'] = `"${match}"`;
  const response = await fetch(BASE + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
    credentials: 'same-origin',
  }).catch((e: unknown) => {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw new Problem({ status: 0, code: 'offline' });
  });
  if (response.status === 401 && !quiet) onSignedOut();
  const text = await response.text();
  const data = parse(text);
  if (!response.ok) throw problem(response.status, data, response.headers.get('retry-after'));
  return data as T;
}

function parse(text: string): unknown {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function problem(status: number, data: unknown, retryAfter: string | null): Problem {
  const doc = data && typeof data === 'object' ? (data as Partial<ProblemDoc>) : {};
  return new Problem({ ...doc, status }, retryAfter ? Number(retryAfter) : undefined);
}

export const get = <T>(path: string, options?: Options) => call<T>('GET', path, options);
export const post = <T>(path: string, body?: unknown, options?: Options) => call<T>('POST', path, { ...options, body });
export const put = <T>(path: string, body?: unknown) => call<T>('PUT', path, { body });
export const patch = <T>(path: string, body: unknown, options?: Options) => call<T>('PATCH', path, { ...options, body });
export const del = <T>(path: string) => call<T>('DELETE', path);

/** A path with its query; empty values are left out. */
export function query(path: string, values: Record<string, string | number | boolean | null | undefined>): string {
  const entries = Object.entries(values).filter(([, v]) => v !== null && v !== undefined && v !== '');
  if (!entries.length) return path;
  return `${path}?${new URLSearchParams(entries.map(([k, v]) => [k, String(v)]))}`;
}

/** Every item of a listing that has few: configuration. */
export async function all<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Page<T> = await get<Page<T>>(query(path, { after, limit: 200 }));
    items.push(...page.items);
    after = page.next;
  } while (after);
  return items;
}

/** Sends bytes as they are: sounds. */
export async function sendRaw<T>(path: string, body: Blob): Promise<T> {
  const headers = { accept: 'application/json', 'x-okno': '1', 'content-type': body.type || 'application/octet-stream' };
  const response = await fetch(BASE + path, { method: 'POST', headers, body, credentials: 'same-origin' }).catch(() => {
    throw new Problem({ status: 0, code: 'offline' });
  });
  if (response.status === 401) onSignedOut();
  const data = parse(await response.text());
  if (!response.ok) throw problem(response.status, data, response.headers.get('retry-after'));
  return data as T;
}

/** Sends a file; `fetch` cannot tell how far it is, so this one is XMLHttpRequest. */
export function upload(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<AttachmentDoc> {
  return new Promise((done, fail) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', `${BASE}${query('/uploads', { name: file.name })}`);
    xhr.setRequestHeader('x-okno', '1');
    xhr.setRequestHeader('content-type', file.type || 'application/octet-stream');
    xhr.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
    xhr.onload = () => {
      const data = parse(xhr.responseText);
      if (xhr.status === 401) onSignedOut();
      if (xhr.status >= 200 && xhr.status < 300) done(data as AttachmentDoc);
      else fail(problem(xhr.status, data, xhr.getResponseHeader('retry-after')));
    };
    xhr.onerror = () => fail(new Problem({ status: 0, code: 'offline' }));
    signal.addEventListener('abort', () => xhr.abort());
    xhr.send(file);
  });
}
