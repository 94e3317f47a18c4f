// Writes the API's documents as types from the server's committed description. `--check` fails when the result differs from what
// is committed. Paths are left out: calls are written by hand in src/lib/api.ts, only the documents have to agree.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../openapi.json', import.meta.url);
const target = new URL('../src/api.gen.d.ts', import.meta.url);
if (!existsSync(source)) {
  console.error('openapi.json is missing: run `cargo xtask codegen` in the repository first');
  process.exit(1);
}
const { openapi, info, components } = JSON.parse(readFileSync(source, 'utf8'));
const schemas = { openapi, info, paths: {}, components: { schemas: components.schemas } };
const text = `// Made by scripts/codegen.mjs from openapi.json. Do not edit.\n${astToString(await openapiTS(schemas))}`;
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  console.error('src/api.gen.d.ts is not current: run `npm run codegen`');
  process.exit(1);
}
