import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bitOf } from '../src/calls/keys';
import { pausing } from '../src/calls/pausing';
import type { CallCommand, CallDoc } from '../src/lib/types';

let asked: CallCommand[];
let call: CallDoc | undefined;
let stop: () => void;
const command = async (_: string, what: CallCommand) => {
  asked.push(what);
  return true;
};
const focus = (id: string) => document.getElementById(id)!.focus();

beforeEach(() => {
  asked = [];
  call = { id: 'c', recording: 'on' } as CallDoc;
  document.body.innerHTML = '<input id="a"><input id="card" data-sensitive="card"><label data-sensitive="code"><input id="code"></label>';
  stop = pausing(() => call, command);
});
afterEach(() => stop());

test('a sensitive field pauses the recording for as long as it has the focus', () => {
  focus('a');
  expect(asked).toEqual([]);
  focus('card');
  focus('code');
  focus('a');
  expect(asked).toEqual([
    { act: 'record', on: false, field: 'card' },
    { act: 'record', on: true, field: 'card' },
  ]);
});

test('what was paused by hand stays paused', () => {
  call = { id: 'c', recording: 'paused' } as CallDoc;
  focus('card');
  focus('a');
  expect(asked).toEqual([]);
});

test('a field that goes away does not leave the recording paused', () => {
  vi.useFakeTimers();
  stop();
  stop = pausing(() => call, command);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  focus('card');
  vi.spyOn(document, 'activeElement', 'get').mockReturnValue(document.body);
  vi.advanceTimersByTime(1_100);
  expect(asked.at(-1)).toEqual({ act: 'record', on: true, field: 'card' });
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('the hook of a headset is found by its usage', () => {
  const collections = [
    { usagePage: 0x0c, inputReports: [{ reportId: 1, items: [{ usages: [0x0b0020], reportSize: 1, reportCount: 1 }] }] },
    {
      usagePage: 0x0b,
      inputReports: [
        {
          reportId: 2,
          items: [
            { usages: [0x0b0097], reportSize: 1, reportCount: 3 },
            { usages: [0x0b0020, 0x0b002f], reportSize: 1, reportCount: 2 },
          ],
        },
      ],
    },
  ];
  expect(bitOf({ collections }, 0x0b0020)).toEqual({ report: 2, bit: 3 });
  expect(bitOf({ collections }, 0x0b002f)).toEqual({ report: 2, bit: 4 });
  expect(bitOf({ collections }, 0x0b0021)).toBeUndefined();
});
