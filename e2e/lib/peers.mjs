// Where the peers are: `cargo xtask test` starts them and says so in OKNO_PEERS. Run alone, a story starts its own.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
export const binary = process.env.OKNO_BIN ?? join(target, 'debug/okno');

let own;

/** `{postgres, imap_port, smtp_port, mail_root, mail_password}` of running peers. */
export async function peers() {
  if (process.env.OKNO_PEERS) return JSON.parse(process.env.OKNO_PEERS);
  own ??= new Promise((resolve, reject) => {
    const child = spawn(join(target, 'debug/peers'), ['--postgres', '--mail'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the peers ended (${code})`)));
    child.stdout.once('data', (line) => resolve({ ...JSON.parse(String(line)), stop: () => child.stdin.end() }));
  });
  return own;
}

/** Stops what `peers` has started here. */
export async function stopPeers() {
  if (own) (await own).stop();
}
