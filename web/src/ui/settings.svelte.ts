import { Problem } from '../lib/api';
import { t } from '../lib/i18n.svelte';
import { explain, toasts } from './toasts.svelte';

/** How a page of settings reads, writes and follows its one document. */
export interface Source<Doc, Form> {
  load: () => Promise<Doc>;
  save: (form: Form) => Promise<Doc>;
  /** Tells when it was changed elsewhere; returns how to stop. */
  follow: (changed: (doc: Doc) => void) => () => void;
  /** The document as the page edits it. */
  form: (doc: Doc) => Form;
}

/** One document that a page edits as a whole. Made while a component is made: it loads and follows as long as that lives. */
export class Settings<Doc, Form> {
  doc = $state.raw<Doc>();
  form = $state<Form>();
  failed = $state('');
  busy = $state(false);
  #problem = $state.raw<Problem>();
  #source: Source<Doc, Form>;

  constructor(source: Source<Doc, Form>) {
    this.#source = source;
    $effect(() => void this.load());
    // Changed elsewhere while nothing is being changed here.
    $effect(() => source.follow((doc) => !this.dirty && this.#take(doc)));
  }
  get dirty(): boolean {
    return this.doc !== undefined && JSON.stringify(this.#source.form(this.doc)) !== JSON.stringify(this.form);
  }
  /** The words for what the server found wrong with a field. */
  wrong = (field: string) => (this.#problem?.field === field ? this.#problem.message : undefined);
  load = () => {
    this.failed = '';
    return this.#source.load().then(
      (doc) => this.#take(doc),
      (e) => {
        this.failed = explain(e);
      },
    );
  };
  /** As it was saved last. */
  discard = () => {
    if (this.doc !== undefined) this.#take(this.doc);
  };
  save = async (e: SubmitEvent) => {
    e.preventDefault();
    if (!this.form) return;
    this.busy = true;
    this.#problem = undefined;
    try {
      this.#take(await this.#source.save($state.snapshot(this.form) as Form));
      toasts.show(t('saved'));
    } catch (e) {
      if (e instanceof Problem && e.field) this.#problem = e;
      else toasts.failed(e);
    } finally {
      this.busy = false;
    }
  };
  #take(doc: Doc) {
    this.doc = doc;
    this.form = this.#source.form(doc);
  }
}
