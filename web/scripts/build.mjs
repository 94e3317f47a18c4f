// Builds the desk, the widget's frame page and the widget's loader into one folder: `npm run build -- --outDir <dir>`.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';

const { values } = parseArgs({ options: { outDir: { type: 'string', default: 'dist' } } });
const outDir = resolve(values.outDir);
rmSync(outDir, { recursive: true, force: true });
// The loader comes last: its build also writes the compressed copies of everything.
for (const mode of ['desk', 'widget', 'loader']) {
  await build({ mode, logLevel: 'warn', build: { outDir } });
}
