import { newId } from './keep';
import type { File as Uploaded } from './types';

/** Limits of the server, so that a visitor hears of them before he waits. */
export const FILE_BYTES = 20 * 1024 * 1024;
export const FILES = 20;

/** A file on its way, or there. */
export class Going {
  readonly key = newId();
  readonly stop = new AbortController();
  /** 0 to 1. */
  part = $state.raw(0);
  done = $state.raw<Uploaded>();

  constructor(
    readonly name: string,
    readonly bytes: number,
  ) {}
}
