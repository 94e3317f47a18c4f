/** A small configuration list of the server, kept current by its events. */
import { all, del, patch, post, type Problem } from '../lib/api';
import type { EventName, Id } from '../lib/types';
import { store } from '../sync/store.svelte';

interface Named {
  id: Id;
  name: string;
}

export class Config<T extends Named> {
  readonly path: string;
  readonly #event: EventName;
  items = $state.raw<readonly T[]>([]);
  loading = $state(true);
  error = $state.raw<Problem>();

  constructor(path: string, event: EventName) {
    this.path = path;
    this.#event = event;
  }

  /** Loads and listens; for `$effect`. */
  watch = () => {
    void this.load();
    return store.on(this.#event, (event) => this.#put(event.data as unknown as T));
  };

  async load() {
    this.error = undefined;
    try {
      this.items = sorted(await all<T>(this.path));
    } catch (e) {
      this.error = e as Problem;
    } finally {
      this.loading = false;
    }
  }

  #put(doc: T) {
    this.items = sorted([...this.items.filter((i) => i.id !== doc.id), doc]);
  }

  async create(body: unknown, key: string): Promise<T> {
    const doc = await post<T>(this.path, body, { key });
    this.#put(doc);
    return doc;
  }
  async update(id: Id, body: unknown): Promise<T> {
    const doc = await patch<T>(`${this.path}/${id}`, body);
    this.#put(doc);
    return doc;
  }
  async remove(id: Id) {
    await del(`${this.path}/${id}`);
    // What history needs is only archived: the list says which.
    await this.load();
  }
}

const sorted = <T extends Named>(items: T[]): T[] => items.sort((a, b) => a.name.localeCompare(b.name));
