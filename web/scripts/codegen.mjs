// Writes the API's types from the server's committed description. CI fails when the result differs from what is committed.
import { existsSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../openapi.json', import.meta.url);
if (!existsSync(source)) {
  console.error('openapi.json is missing: run `cargo xtask codegen` in the repository first');
  process.exit(1);
}
const ast = await openapiTS(source, { defaultNonNullable: false });
writeFileSync(
  new URL('../src/api.gen.d.ts', import.meta.url),
  `// Made by scripts/codegen.mjs from openapi.json. Do not edit.\n${astToString(ast)}`,
);
