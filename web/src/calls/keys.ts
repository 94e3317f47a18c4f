/** Keys of headsets: those that the system tells as media keys, and the hook and mute switches of a headset that was connected by WebHID. */

export interface Does {
  answer(): void;
  hangup(): void;
  mute(): void;
}

/** Telephony usage page and its usages (USB HID Usage Tables, 0x0B). */
const TELEPHONY = 0x0b;
const HOOK = 0x0b0020;
const MUTE = 0x0b002f;

interface Item {
  usages?: number[];
  reportSize?: number;
  reportCount?: number;
  isArray?: boolean;
}
interface Report {
  reportId?: number;
  items?: Item[];
}
interface Headset {
  opened: boolean;
  productName: string;
  collections: readonly { usagePage?: number; inputReports?: Report[] }[];
  open(): Promise<void>;
  close(): Promise<void>;
  addEventListener(type: 'inputreport', call: (e: { reportId: number; data: DataView }) => void): void;
  removeEventListener(type: 'inputreport', call: (e: { reportId: number; data: DataView }) => void): void;
}
interface Hid {
  getDevices(): Promise<Headset[]>;
  requestDevice(options: { filters: { usagePage: number }[] }): Promise<Headset[]>;
}
const hid = (): Hid | undefined => (navigator as Navigator & { hid?: Hid }).hid;
export const canHid = () => hid() !== undefined;

/** Where a usage stands in a report: report and bit. */
export function bitOf(headset: Pick<Headset, 'collections'>, usage: number): { report: number; bit: number } | undefined {
  for (const collection of headset.collections)
    for (const report of collection.usagePage === TELEPHONY ? (collection.inputReports ?? []) : []) {
      let bit = 0;
      for (const item of report.items ?? []) {
        const at = item.isArray ? -1 : (item.usages ?? []).indexOf(usage);
        if (at >= 0) return { report: report.reportId ?? 0, bit: bit + at * (item.reportSize ?? 1) };
        bit += (item.reportSize ?? 1) * (item.reportCount ?? 1);
      }
    }
  return undefined;
}

/** Lets the agent choose his headset; the browser asks him. Gives its name. */
export async function connect(): Promise<string | undefined> {
  const [one] = (await hid()?.requestDevice({ filters: [{ usagePage: TELEPHONY }] })) ?? [];
  return one?.productName;
}

/** Obeys the keys until the returned function is called. */
export function keys(does: Does): () => void {
  const media = navigator.mediaSession as MediaSession | undefined;
  const set = (action: string, run: (() => void) | null) => {
    try {
      media?.setActionHandler(action as MediaSessionAction, run);
    } catch {
      // This browser does not know this key.
    }
  };
  set('hangup', does.hangup);
  set('togglemicrophone', does.mute);
  const done: (() => void)[] = [() => (['hangup', 'togglemicrophone'] as const).forEach((action) => set(action, null))];
  let over = false;
  void hid()
    ?.getDevices()
    .then(async (devices) => {
      for (const device of devices) {
        const hook = bitOf(device, HOOK);
        const mute = bitOf(device, MUTE);
        if (!hook && !mute) continue;
        if (!device.opened) await device.open();
        if (over) return;
        let was = { hook: false, mute: false };
        const heard = ({ reportId, data }: { reportId: number; data: DataView }) => {
          const on = (at: typeof hook, before: boolean) =>
            at?.report === reportId && at.bit >> 3 < data.byteLength ? ((data.getUint8(at.bit >> 3) >> (at.bit & 7)) & 1) === 1 : before;
          const now = { hook: on(hook, was.hook), mute: on(mute, was.mute) };
          if (now.hook && !was.hook) does.answer();
          if (!now.hook && was.hook) does.hangup();
          // The mute key is a push button: it is told when it goes down.
          if (now.mute && !was.mute) does.mute();
          was = now;
        };
        device.addEventListener('inputreport', heard);
        done.push(() => device.removeEventListener('inputreport', heard));
      }
    })
    .catch(() => {});
  return () => {
    over = true;
    done.forEach((run) => run());
  };
}

/** The system's own picture of the call: its key shows whether the microphone is on. */
export function muted(on: boolean) {
  const media = navigator.mediaSession as (MediaSession & { setMicrophoneActive?(active: boolean): void }) | undefined;
  media?.setMicrophoneActive?.(!on);
}
