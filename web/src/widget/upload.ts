import type { File as Uploaded } from './types';

/**
 * Sends one file; `progress` hears 0 to 1. Rejects with the server's words.
 *
 * Loaded with the first file, so it imports nothing of the others.
 */
export function upload(url: string, token: string, file: File, progress: (part: number) => void, signal: AbortSignal): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    // fetch cannot report the progress of an upload.
    const request = new XMLHttpRequest();
    request.open('POST', `${url}&name=${encodeURIComponent(file.name || 'file')}`);
    request.setRequestHeader('x-okno-visitor', token);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    request.onload = () => {
      const answer = request.response as (Uploaded & { detail?: string }) | null;
      if (request.status >= 200 && request.status < 300 && answer) resolve(answer);
      else reject(new Error(answer?.detail ?? ''));
    };
    request.onerror = request.onabort = () => reject(new Error(''));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
